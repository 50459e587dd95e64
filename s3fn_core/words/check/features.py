"""Absorptions and maxima that a text claims, held against the measured spectrum."""

from __future__ import annotations

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.words.check.continuum import Band, find_band, one_sided
from s3fn_core.words.check.findings import Answer, Verdict, near, nm
from s3fn_core.words.check.measurements import Measured
from s3fn_core.words.claims import Feature

TOO_NOISY = 0.05
"""Where only deeper features would show, their absence says nothing: leaf water at 970 nm and clay
at 2200 nm are about that deep."""
WIDE = 80.0
"""A feature over a range of that many nm ("absorbs blue light") may also be meant as a comparison
of that range with the rest of the spectrum."""
LEAST_DIFFERENCE = 0.1
"""Share of the brighter one by which such a range differs at least."""
WORDS = {"dip": ("an absorption", "deep"), "peak": ("a maximum", "high")}


def check_feature(claim: Feature, own: Measured) -> Answer:
    """Whether the mean of the class has the feature, in sight of noise and position."""
    low = claim.centre_nm if claim.low_nm is None else claim.low_nm
    high = claim.centre_nm if claim.high_nm is None else claim.high_nm
    answer = _local(claim, own, low, high)
    if high - low < WIDE or claim.absent or answer.verdict == "supported":
        return answer
    return _of_range(claim, own, low, high) or answer


def _local(claim: Feature, own: Measured, low: float, high: float) -> Answer:
    """The feature as one that stands out of what is around it."""
    found = find_band(own, claim.kind, low, high)
    opposite = find_band(own, "peak" if claim.kind == "dip" else "dip", low, high)
    if isinstance(found, Answer):
        return found
    if isinstance(opposite, Answer):
        return opposite
    turned = opposite.is_there and opposite.depth > found.depth
    name, measure = WORDS[claim.kind]
    if found.is_there and not turned:
        seen = f"Measured: {name} {100 * found.depth:.2g} % {measure} at {found.at_nm:.0f} nm"
        said = "none" if claim.absent else "one"
        verdict: Verdict = "contradicted" if claim.absent else "supported"
        return Answer(
            verdict, tr("{seen}; the text says {said} {near}.", seen=seen, said=said, near=near(low, high))
        )
    if not turned and not found.has_sides:
        return one_sided(low, high)
    if not turned and found.threshold > TOO_NOISY:
        return Answer(
            "unchecked",
            tr(
                "The measured spectrum is too noisy at {nm} to tell: only {name} of more than "
                "{threshold:.2g} % would show.",
                nm=nm(low, high),
                name=name,
                threshold=100 * found.threshold,
            ),
        )
    if claim.absent:
        none = f"Measured: no {name.split()[1]} {near(low, high)}{_numbers(found)}"
        return Answer("supported", tr("{none}; the text says so.", none=none))
    return Answer(
        "contradicted",
        tr(
            "The text says {name} {near}; the measured spectrum has {instead}.",
            name=name,
            near=near(low, high),
            instead=_instead(found, opposite if turned else None, claim),
        ),
    )


def _of_range(claim: Feature, own: Measured, low: float, high: float) -> Answer | None:
    """The feature as a range that is darker (or brighter) than the rest; None if it is all."""
    inside = own.within(low, high)
    others = np.setdiff1d(np.arange(len(own.bands)), inside)
    if not len(others):
        return None
    here, there = float(own.mean[inside].mean()), float(own.mean[others].mean())
    sign = -1 if claim.kind == "dip" else 1
    fits = (here - there) * sign > LEAST_DIFFERENCE * max(abs(here), abs(there))
    measured = f"at {nm(float(own.bands[inside[0]]), float(own.bands[inside[-1]]))}"
    if there > 0:
        measured += f" {100 * here / there:.0f} % of the mean at all other wavelengths"
    else:
        measured += f" {here:.3g}, at all other wavelengths {there:.3g}"
    name = WORDS[claim.kind][0]
    return Answer(
        "supported" if fits else "contradicted",
        tr("Measured: {measured}; the text says {name}.", measured=measured, name=name),
    )


def _instead(found: Band, opposite: Band | None, claim: Feature) -> str:
    """What there is in the place of what the text says."""
    if opposite is not None:
        name, measure = WORDS["peak" if claim.kind == "dip" else "dip"]
        return f"{name} there, {100 * opposite.depth:.2g} % {measure} at {opposite.at_nm:.0f} nm"
    if not found.stands_out and found.depth >= found.threshold:
        return "only a bend there, which is no higher than what is around it"
    if found.depth >= found.threshold:
        return (
            f"only the edge of one at {found.deepest_nm:.0f} nm, where it is "
            f"{100 * found.deepest:.2g} % {WORDS[claim.kind][1]}"
        )
    return f"none there{_numbers(found)}"


def _numbers(found: Band) -> str:
    return f" (continuum-removed depth {found.depth:.3f}, noise {found.noise:.3f})"
