"""From claims to expected spectra, and from expected spectra to the evidence of a pixel.

A description may state what its class reflects.  The *evidence* of a pixel for a class tells how
well the pixel agrees with that statement, in the units of a log-likelihood: 0 for perfect
agreement, falling with the angle between the two spectra and with the ratio of their levels.  It
needs no labels, only that the scene's brightness is brought to the scale of the words first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, FloatArray, Wavelengths
from s3fn_core.words.claims import Claim, Level, parse_claims

MIN_KNOTS = 3
"""Fewer statements than that make no spectrum."""
RANGE_STEP = 20.0
"""A statement about a wider range than this, in nm, counts at both of its ends."""
MIN_BANDS = 5
_EXAMPLE = "Expected reflectance: 450 nm 3 %, 670 nm 3 %, 800 nm 45 %"
LEAST_OF_CUBE = 1 / 3
LEAST_OF_WORDS = 1 / 2
"""Words are heard when they are about that share of the cube's range, or the cube shows that share
of theirs.  Where neither holds, nearly all of the comparison would be guessed from outer knots."""
SILENCE = 0.0004
"""Uncertainty of the expected reflectance per nm from the nearest statement: as much do the class
means of Samson and of 30 EnMAP tiles depart from lines between their values at the twelve
wavelengths of our own descriptions (root mean square 0.009 at 10 nm, 0.017 at 30, 0.030 at 70 and
0.051 at 160; beyond the outermost it is less)."""
SHAPE_WEIGHT = 20.0
"""Evidence lost per unit of (1 - cosine), against 1 per e-fold of level."""
LEAST_NORM = 1e-9
DARKNESS = 0.02
"""Reflectance below which a difference of level says little."""


@dataclass(frozen=True, eq=False)
class Expectation:
    """The spectrum that a class's words state.

    Attributes
    ----------
    wavelengths : array of float64, shape (knots,)
        In nm, increasing.
    reflectance : array of float64, shape (knots,)
        Fraction, 0..1.
    tolerance : array of float64, shape (knots,)
        Half the width of what the words mean there.
    """

    wavelengths: Wavelengths
    reflectance: Wavelengths
    tolerance: Wavelengths

    def at(self, wavelengths: Wavelengths) -> Wavelengths:
        """Reflectance at other wavelengths; beyond the outermost knots it stays what it is."""
        there: Wavelengths = np.interp(wavelengths, self.wavelengths, self.reflectance)
        return there

    def uncertainty(self, wavelengths: Wavelengths) -> Wavelengths:
        """Half the width of what is expected at other wavelengths.

        At a statement it is that of the words; where the words are silent it grows with the
        distance to what they do state.
        """
        stated: Wavelengths = np.interp(wavelengths, self.wavelengths, self.tolerance)
        nearest = np.abs(np.asarray(wavelengths)[:, None] - self.wavelengths).min(1)
        there: Wavelengths = np.hypot(stated, SILENCE * nearest)
        return there

    @property
    def knots(self) -> tuple[tuple[float, float], ...]:
        """Wavelength and reflectance of every statement."""
        return tuple(zip(self.wavelengths.tolist(), self.reflectance.tolist(), strict=True))


def knot_places(level: Level) -> tuple[float, ...]:
    """The wavelengths that a stated level fixes: itself, or both ends of a range."""
    low, high = level.low_nm, level.high_nm
    ends = (low, high) if high - low > RANGE_STEP else ((low + high) / 2,)
    return tuple(round(end, 1) for end in ends)


def expected_spectrum(claims: Sequence[Claim]) -> Expectation | None:
    """Join the stated levels to a spectrum; None where there are too few of them.

    Statements about the same wavelength are averaged, but what a closing line states there counts
    alone: it is the summary of its text.
    """
    places: dict[float, list[Level]] = {}
    for claim in claims:
        if isinstance(claim, Level):
            for place in knot_places(claim):
                places.setdefault(place, []).append(claim)
    if len(places) < MIN_KNOTS:
        return None
    knots = sorted(places)
    chosen = [[c for c in places[k] if c.stated] or places[k] for k in knots]
    return Expectation(
        np.array(knots),
        np.array([np.mean([level.reflectance for level in levels]) for levels in chosen]),
        np.array([np.mean([level.allowance for level in levels]) for levels in chosen]),
    )


def expectations(classes: ClassSet) -> tuple[Expectation | None, ...]:
    """Expected spectra of all classes, in their order; None where the words state none."""
    return tuple(
        expected_spectrum(parse_claims(c.text, [other.name for other in classes if other is not c]))
        for c in classes
    )


def hindrance(
    expected: Sequence[Expectation | None], wavelengths: Wavelengths, good_bands: BoolArray
) -> str | None:
    """Why the words say nothing of a cube with these bands, as half a sentence; None if they do."""
    ranges = [(float(e.wavelengths[0]), float(e.wavelengths[-1])) for e in expected if e]
    if len(ranges) < 2:
        return tr('at least two descriptions must state reflectances, such as "{example}"', example=_EXAMPLE)
    good = wavelengths[good_bands]
    if len(good) < MIN_BANDS:
        return tr("it has {count} usable bands, and {needed} are needed", count=len(good), needed=MIN_BANDS)
    bands = _compared(expected, wavelengths, good_bands)
    if len(bands) >= MIN_BANDS:
        low, high = float(wavelengths[bands].min()), float(wavelengths[bands].max())
        shown = [min(high, last) - max(low, first) for first, last in ranges]
        if all(
            both >= LEAST_OF_CUBE * np.ptp(good) or both >= LEAST_OF_WORDS * (last - first)
            for both, (first, last) in zip(shown, ranges, strict=True)
        ):
            return None
    told = [tr("{low:.0f} to {high:.0f} nm", low=first, high=last) for first, last in sorted(set(ranges))]
    return tr(
        "its bands cover {first:.0f} to {last:.0f} nm, but the descriptions state reflectances for "
        "{ranges}; all of them must state some for the cube's range",
        first=good.min(),
        last=good.max(),
        ranges=", ".join(told),
    )


def _compared(
    expected: Sequence[Expectation | None], wavelengths: Wavelengths, good_bands: BoolArray
) -> npt.NDArray[np.intp]:
    """Good bands that all expectations reach, a quarter of their range beyond its ends included."""
    knots = [e.wavelengths for e in expected if e is not None]
    low = max(k[0] - 0.25 * (k[-1] - k[0]) for k in knots)
    high = min(k[-1] + 0.25 * (k[-1] - k[0]) for k in knots)
    return np.flatnonzero(good_bands & (wavelengths >= low) & (wavelengths <= high))


@dataclass(frozen=True, eq=False)
class Evidence:
    """Expected spectra on the bands of one camera.

    Attributes
    ----------
    templates : array of float32, shape (classes, used)
        Reflectance; rows of classes without expectation are 0.
    bands : array of int, shape (used,)
        Bands of the cube that the words cover.
    known : array of bool, shape (classes,)
        Classes that have an expectation.
    """

    templates: FloatArray
    bands: npt.NDArray[np.intp]
    known: BoolArray

    @classmethod
    def on(
        cls, expected: Sequence[Expectation | None], wavelengths: Wavelengths, good_bands: BoolArray
    ) -> Evidence | None:
        """Expectations on a cube's bands; None where they say nothing of it (:func:`hindrance`).

        Only the wavelengths that all expectations reach (half of their range further at most)
        are compared, since angles over different ranges cannot be.
        """
        if hindrance(expected, wavelengths, good_bands) is not None:
            return None
        bands = _compared(expected, wavelengths, good_bands)
        templates = np.zeros((len(expected), len(bands)), np.float32)
        for row, expectation in zip(templates, expected, strict=True):
            if expectation is not None:
                row[:] = expectation.at(wavelengths[bands])
        known = np.array([e is not None for e in expected])
        return cls(templates, bands, known)

    def scale(self, spectra: FloatArray) -> float:
        """Factor that brings a scene to the words: their brightest tenth shall be as bright.

        Parameters
        ----------
        spectra : array, shape (n, bands)
            Any pixels of the scene, background left out.
        """
        scene = np.percentile(np.linalg.norm(spectra[:, self.bands], axis=1), 90)
        words = np.percentile(np.linalg.norm(self.templates[self.known], axis=1), 90)
        return float(words / max(scene, 1e-9))

    @property
    def shapes(self) -> FloatArray:
        """The templates with length 1, shape (classes, used)."""
        norms = np.linalg.norm(self.templates, axis=1)
        shapes: FloatArray = self.templates / np.maximum(norms, LEAST_NORM)[:, None]
        return shapes

    def of(self, spectra: FloatArray, scale: float) -> FloatArray:
        """Evidence (n, classes) of spectra (n, bands); 0 is perfect agreement.

        A class without expectation gets the pixel's mean over the others: neither for nor against.
        """
        x = np.nan_to_num(spectra[..., self.bands]) * np.float32(scale)
        norm = np.linalg.norm(x, axis=-1)
        cosine = (x / np.maximum(norm, LEAST_NORM)[..., None]) @ self.shapes.T
        return self.agreement(cosine, norm)

    def agreement(self, cosine: FloatArray, norm: FloatArray) -> FloatArray:
        """Evidence (n, classes) from what is left of spectra: all that :meth:`of` needs of them.

        Parameters
        ----------
        cosine : array, shape (n, classes)
            Of the angles to the templates.
        norm : array, shape (n,)
            Length in the used bands, on the scale of the words.
        """
        root = np.sqrt(len(self.bands))
        template_norm = np.linalg.norm(self.templates, axis=1)
        level = np.abs(np.log(norm / root + DARKNESS)[..., None] - np.log(template_norm / root + DARKNESS))
        evidence: FloatArray = (SHAPE_WEIGHT * (cosine - 1) - level).astype(np.float32)
        if not self.known.all():
            mean = evidence[..., self.known].mean(-1, keepdims=True)
            evidence = np.where(self.known, evidence, mean)
        return evidence
