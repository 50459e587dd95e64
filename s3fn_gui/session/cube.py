"""Values that the window works on: an open cube with its labels, training settings."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import judged
from s3fn_core.cubes.spectra.axis import BandAxis
from s3fn_core.cubes.spectra.kept import KeptSpectrum
from s3fn_core.cubes.treating.reference_files import Proposal
from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.cubes.viewing.components import Components
from s3fn_core.cubes.viewing.composite import FITTED, Composite, default_composite
from s3fn_core.cubes.viewing.display import ByteImage, default_rgb
from s3fn_core.cubes.viewing.picture import Picture
from s3fn_core.labels.labelmap import Counts, LabelEdit, LabelMap, count_ids
from s3fn_core.labels.object_names import UNNAMED, ObjectNames
from s3fn_core.project import Scene
from s3fn_core.results.validation_points import ValidationPoints
from s3fn_core.types import BoolArray

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.applying.inference import Prediction
    from s3fn_gui.session.basis import Basis


Position = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Shown:
    """What was shown of a cube as it was treated: it comes back with that treatment."""

    composite: Composite
    single: Composite
    prediction: Prediction | None
    basis: Basis | None = None


@dataclass(eq=False)
class OpenCube:
    """A cube in the window, and everything that belongs to it.

    `source` is what the file says, `cube` what the treatment made of it: everybody works on that.
    `composite` is what the picture in colours shows, `colour` that picture; `single` is how the
    last single band was shown, `components` what PCA and MNF found (by method).  `references` lay
    beside a cube of raw counts when it was opened.  `test` marks pixels whose regions are the
    user's own test set; it is replaced, never written into, as are `validation` and `names`, what its
    objects are called.  `basis` is what a map
    that no model made was made from.  `unsure` says that the values look like reflectance, but the file
    does not say that they are.
    """

    key: str
    source: Cube
    cube: Cube
    composite: Composite
    colour: Picture
    thumbnail: ByteImage
    treatment: Treatment = field(default_factory=Treatment)
    variable: str | None = None
    scene: Scene | None = None
    labels: LabelMap = field(init=False)
    counts: Counts = field(init=False)
    prediction: Prediction | None = None
    basis: Basis | None = None
    references: Proposal = field(default_factory=Proposal)
    kept: tuple[KeptSpectrum, ...] = ()
    test: BoolArray | None = None
    single: Composite = field(default_factory=lambda: Composite("band", (0,)))
    components: dict[str, Components] = field(default_factory=dict)
    unsure: bool = False
    validation: ValidationPoints | None = None
    names: ObjectNames = UNNAMED

    def __post_init__(self) -> None:
        self.set_labels(LabelMap.empty(self.cube.lines, self.cube.samples))

    @property
    def names_of_objects(self) -> dict[int, str]:
        """What the objects of its mask are called, by their numbers now."""
        return {} if self.treatment.mask is None else self.names.of(self.treatment.mask.objects)

    @property
    def shown(self) -> Shown:
        """What is shown of it now."""
        return Shown(self.composite, self.single, self.prediction, self.basis)

    def treat(self, treatment: Treatment, shown: Shown | None = None) -> None:
        """Calibrate, mask or describe the file's cube in another way; raises CubeError.

        A map and limits of other values do not stay; `shown` are those of an earlier time when
        the cube was treated in this way.
        """
        before, self.cube = self.treatment, judged(treatment.applied(self.source))
        self.treatment = treatment
        self.components = {}
        self.prediction, self.basis = (None, None) if shown is None else (shown.prediction, shown.basis)
        described = before.metadata != treatment.metadata
        if described:  # other bands may be red, green and blue now
            self.composite = default_composite(self.cube) if shown is None else shown.composite
        if described or before.calibration is not treatment.calibration:
            self.composite = _with_limits(self.composite, shown.composite if shown else None)
            self.single = _with_limits(self.single, shown.single if shown else None)

    def single_band(self, band: int, hold: bool) -> Composite:
        """`band` by itself, in the look of the last one; limits are its own, unless on `hold`."""
        if self.single.channels == (band,):
            return self.single
        limits = self.single.limits if hold else ()
        return replace(self.single, channels=(band,), limits=limits)

    @property
    def path(self) -> Path | None:
        return self.source.path

    @property
    def is_reflectance(self) -> bool:
        """Whether the values are that, or are just values."""
        return bool(self.cube.reflectance)

    @property
    def is_unsure(self) -> bool:
        """Whether nobody has said yet what the values are."""
        stated = self.treatment.metadata
        known = self.treatment.calibration is not None or (
            stated is not None and (stated.reflectance is not None or stated.scale != self.source.scale)
        )
        return self.unsure and not known

    @property
    def is_drawn(self) -> bool:
        """Whether `colour` shows the composite wanted, of the cube as it is treated now."""
        drawn = self.colour.rendering
        return drawn.cube is self.cube and drawn.composite == self.composite

    @property
    def marked_bands(self) -> tuple[int, ...]:
        """The bands that stand for the picture in colours; none for components."""
        if self.composite.kind == "true":
            return default_rgb(self.cube)[0]
        return () if self.composite.kind in FITTED else self.composite.channels

    @property
    def axis(self) -> BandAxis:
        """Where the bands of its spectra lie."""
        return BandAxis.of(self.cube, stored=self.treatment.calibration is None)

    @property
    def pins(self) -> tuple[Position, ...]:
        """The pixels whose spectra are kept."""
        return tuple(kept.pixel for kept in self.kept if kept.pixel is not None)

    def contains(self, position: Position) -> bool:
        """Whether a pixel lies within the image."""
        line, sample = position
        return 0 <= line < self.cube.lines and 0 <= sample < self.cube.samples

    def set_labels(self, labels: LabelMap) -> None:
        """Replace the label map and count again."""
        self.labels = labels
        self.counts = count_ids(labels.ids)

    def apply(self, edit: LabelEdit, *, undo: bool = False) -> None:
        """Apply an edit or take it back."""
        self.labels.apply(edit)
        self.counts += -edit.gained if undo else edit.gained


def _with_limits(composite: Composite, earlier: Composite | None) -> Composite:
    """With the limits of `earlier` if that showed the same, else with none set by hand."""
    if earlier is not None and earlier.shows_same(composite):
        return replace(composite, limits=earlier.limits)
    return replace(composite, limits=())


def snapshot(item: OpenCube) -> OpenCube:
    """A copy for a worker thread: later strokes do not reach it."""
    taken = copy.copy(item)  # not `replace`, which would count all pixels again
    taken.labels, taken.counts = item.labels.copy(), item.counts.copy()
    return taken
