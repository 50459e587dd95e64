"""What a description can claim about a spectrum: the values that the parser gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

# Ends of a level that the text leaves open ("45 % beyond 750 nm"): reflected sunlight is measured
# between about these (Lillesand, Kiefer and Chipman, Remote Sensing and Image Interpretation).
SHORTEST_NM, LONGEST_NM = 350.0, 2500.0

# What a bare number means: give or take a fifth of it, and two points at least.  People and
# language models state textbook values; "about" means as much to the parser.
ROUGH, LEAST = 0.2, 0.02

Sign = Literal[-1, 0, 1]


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A place in the text: characters ``start`` to ``stop`` (exclusive), for an editor to mark."""

    start: int
    stop: int


@dataclass(frozen=True)
class Level(Marked):
    """Reflectance at a wavelength (``low_nm == high_nm``) or all over a range.

    Attributes
    ----------
    low_nm, high_nm : float
    reflectance : float
        Fraction, 0 to 1.
    tolerance : float or None
        Half the width of what the text allows; None where it gives one number.
    stated : bool
        Whether it stands in the closing line "Expected reflectance: ...", which weighs most.
    """

    low_nm: float
    high_nm: float
    reflectance: float
    tolerance: float | None = None
    stated: bool = False

    @property
    def allowance(self) -> float:
        """Half the width of what is meant, whether the text says it or not."""
        return max(LEAST, ROUGH * self.reflectance) if self.tolerance is None else self.tolerance


@dataclass(frozen=True)
class Slope(Marked):
    """Reflectance rises (1), falls (-1) or stays level (0) with growing wavelength.

    A bound is None where the text leaves it open.
    """

    low_nm: float | None
    high_nm: float | None
    sign: Sign


@dataclass(frozen=True)
class Feature(Marked):
    """An absorption (dip) or a maximum (peak) of reflectance.

    ``low_nm`` and ``high_nm`` are given where the text gives a range; ``absent`` says that the
    text denies the feature ("no absorption at 970 nm").
    """

    kind: Literal["dip", "peak"]
    centre_nm: float
    low_nm: float | None = None
    high_nm: float | None = None
    absent: bool = False


@dataclass(frozen=True)
class Comparison(Marked):
    """Brighter (1), darker (-1) or as bright (0) as another class; open bounds are None."""

    other: str
    low_nm: float | None
    high_nm: float | None
    sign: Sign


Claim: TypeAlias = Level | Slope | Feature | Comparison


def expected_line(knots: Sequence[tuple[float, float]]) -> str:
    """The closing line that states an expected spectrum; `parse_claims` reads it back.

    Parameters
    ----------
    knots : sequence of (wavelength in nm, reflectance as a fraction)
        Wavelengths are written to 0.1 nm, reflectances to 0.1 %.

    Examples
    --------
    >>> expected_line([(450, 0.03), (800, 0.455)])
    'Expected reflectance: 450 nm 3 %, 800 nm 45.5 %.'
    """
    items = (f"{_short(nm)} nm {_short(100 * reflectance)} %" for nm, reflectance in knots)
    return f"Expected reflectance: {', '.join(items)}."


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
