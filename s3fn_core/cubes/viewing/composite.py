"""Composites: what a picture of a cube shows, as a description that can be kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import is_reflectance
from s3fn_core.cubes.viewing.colour import ILLUMINANTS, why_no_colour
from s3fn_core.cubes.viewing.display import Limits, default_rgb, nearest_band
from s3fn_core.errors import CubeError
from s3fn_core.files import read_record
from s3fn_core.languages import tr


@dataclass(frozen=True)
class CompositeKind:
    """A kind of composite: its name in a menu, and how many bands or components it may show."""

    label: str
    channels: tuple[int, ...]


KINDS: Mapping[str, CompositeKind] = MappingProxyType(
    {
        "true": CompositeKind(tr("True colour"), (0,)),
        "false": CompositeKind(tr("False colour"), (3,)),
        "band": CompositeKind(tr("Single band"), (1,)),
        "ratio": CompositeKind(tr("Band ratio"), (2,)),
        "difference": CompositeKind(tr("Normalised difference"), (2,)),
        "pca": CompositeKind(tr("Principal components"), (1, 3)),
        "mnf": CompositeKind(tr("Minimum noise fractions"), (1, 3)),
    }
)
FITTED = ("pca", "mnf")
"""Kinds that need statistics of the image first."""
_VEGETATION = (860.0, 650.0)  # nm, reflected and absorbed by green leaves
_GAMMAS = (0.1, 10.0)  # beyond, a picture is black and white


@checked(CubeError)
@dataclass(frozen=True)
class Composite:
    """What a picture of a cube shows.

    Attributes
    ----------
    kind : str
        A key of :data:`KINDS`.
    channels : tuple of int
        Bands, or for PCA and MNF components, counted from 0: red, green and blue; numerator and
        denominator of a ratio; for a normalised difference (a - b) / (a + b) first a, then b.
    limits : tuple of (black, white)
        One pair per plane of the picture, for true colour one pair of reflectances for all three;
        empty for a stretch by the values.
    gamma : float
        Above 1 the middle becomes lighter.
    illuminant : str
        Light of a true colour, a key of :data:`~s3fn_core.cubes.colour.ILLUMINANTS`.
    cut : float
        Without limits: per cent of the values that are shown as black, and as many as white.

    Raises
    ------
    CubeError
        When these do not go together.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    kind: str
    channels: tuple[int, ...] = ()
    limits: tuple[Limits, ...] = ()
    gamma: float = 1.0
    illuminant: str = "D65"
    cut: float = 2.0

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise CubeError("A composite cannot be shown: {problem}.", problem=problem)

    def _problems(self) -> list[str]:
        kind = KINDS.get(self.kind)
        if kind is None:
            return [
                tr('there is no kind "{kind}"; choose from {kinds}', kind=self.kind, kinds=", ".join(KINDS))
            ]
        problems = []
        if len(self.channels) not in kind.channels:
            problems.append(
                tr(
                    "{kind} takes {wanted} channels, not {given}",
                    kind=kind.label,
                    wanted=" / ".join(map(str, kind.channels)),
                    given=len(self.channels),
                )
            )
        if min(self.channels, default=0) < 0:
            problems.append(tr("bands and components count from 0"))
        if len(self.limits) not in (0, self.limit_count):
            problems.append(
                tr(
                    "{kind} takes {wanted} limits, not {given}",
                    kind=kind.label,
                    wanted=self.limit_count,
                    given=len(self.limits),
                )
            )
        if not all(math.isfinite(b) and math.isfinite(w) and b < w for b, w in self.limits):
            problems.append(tr("the value shown as black must be below the one shown as white"))
        if not 0 <= self.cut < 50:
            problems.append(tr("from 0 to 50 % can be cut off, not {cut}", cut=self.cut))
        if not _GAMMAS[0] <= self.gamma <= _GAMMAS[1]:
            problems.append(tr("gamma must lie between 0.1 and 10, not at {gamma}", gamma=self.gamma))
        if self.illuminant not in ILLUMINANTS:
            problems.append(tr('there is no illuminant "{illuminant}"', illuminant=self.illuminant))
        return problems

    @property
    def limit_count(self) -> int:
        """How many pairs of limits the picture has."""
        return 3 if len(self.channels) == 3 else 1

    def shows_same(self, other: Composite) -> bool:
        """Whether the same values are behind the picture, be they stretched in another way."""
        return (self.kind, self.channels, self.illuminant) == (other.kind, other.channels, other.illuminant)

    def as_json(self) -> dict[str, Any]:
        """Values that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Any) -> Composite:
        """The composite that :meth:`as_json` described.

        Raises
        ------
        CubeError
            When it is not such a description.
        """
        try:
            return read_record(cls, values)
        except ValueError as error:
            raise CubeError(
                "The description of a composite is not readable ({error}); choose it again.", error=error
            ) from error


@checked(CubeError)
def default_composite(cube: Cube) -> Composite:
    """True colour of reflectance where the bands allow it, else a colour of three bands.

    Counts have a dark level and the colour of their light in them: kept as true colour, they are pale.
    """
    if is_reflectance(cube) and not why_no_colour(cube.wavelengths, cube.good_bands):
        return Composite("true")
    return Composite("false", default_rgb(cube)[0])


def proposed(cube: Cube, kind: str) -> Composite:
    """A composite of that kind to begin with.

    Ratios and differences compare near infrared with red, which tells vegetation, where the bands
    reach so far.
    """
    if kind == "true":
        return Composite("true")
    if kind in FITTED:
        return Composite(kind, (0, 1, 2) if cube.bands > 2 else (0,))
    bands = default_rgb(cube)[0]
    if kind == "false":
        return Composite("false", bands)
    if kind == "band":
        return Composite("band", bands[:1])
    infrared, red = (nearest_band(cube, nm) for nm in _VEGETATION)
    if infrared is None or red is None:
        infrared, red = bands[0], bands[-1]
    return Composite(kind, (infrared, red))
