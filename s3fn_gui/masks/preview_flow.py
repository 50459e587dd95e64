"""What is computed while one looks for objects: histogram, preview, list of objects."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Signal

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.feature_values import FeatureValues, feature_values
from s3fn_core.cubes.treating.features import Component, Feature, principal_components
from s3fn_core.cubes.treating.mask import Recipe
from s3fn_core.cubes.treating.objects import ObjectRow, object_table
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.cubes.viewing.picture import Picture, redrawn
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_gui.base.timers import resting
from s3fn_gui.masks.state import MaskState, on_show
from s3fn_gui.masks.values import COMPONENTS, Background, Choice, previewed
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

VALUES, PREVIEW, GROUND, OBJECTS = "mask values", "mask preview", "mask ground", "mask objects"
REST_MS = 60  # a preview is computed when the hand has rested that long
BLANKED = 0.1  # share of blank pixels beyond which a cube is taken to be masked
WHOLE = 3_000_000  # pixels; of larger cubes only the visible part is previewed


@dataclass(frozen=True, eq=False)
class Base:
    """A cube without its mask, and what it was made of: the same as long as that is the same."""

    source: Cube
    metadata: Metadata | None
    calibration: Calibration | None
    cube: Cube

    @classmethod
    def of(cls, item: OpenCube, known: Base | None) -> Base:
        """The cube that a mask of `item` is found in, `known` where it still is."""
        t = item.treatment
        same = known is not None and known.source is item.source
        same = same and known is not None and known.calibration is t.calibration
        if known is not None and same and known.metadata == t.metadata:
            return known
        cube = replace(t, mask=None).applied(item.source)
        return cls(item.source, t.metadata, t.calibration, cube)

    def is_of(self, item: OpenCube) -> bool:
        """Whether `item` has still these values, so that a mask found in them is one of it."""
        return Base.of(item, self) is self


class MaskPreview(Flow):
    """The newest wish wins; nothing is computed while nobody looks.

    `proposed` tells that a threshold was proposed which was waited for.
    """

    proposed = Signal()

    def __init__(self, context: Context, mask: MaskState) -> None:
        super().__init__(context)
        self._state = mask
        self._base: Base | None = None
        self._components: tuple[Cube, tuple[Component, ...]] | None = None
        self._asked: tuple[Cube, Feature] | None = None
        self._seen: object = None
        self._own: Recipe | None = None  # the last one that was proposed here
        self._ground_of: Picture | None = None
        self._rest = resting(self, self._see, REST_MS)
        session, state = self._session, self._state
        session.cubes.current_changed.connect(self._begin)
        session.cubes.treatment_changed.connect(self._treated)
        session.view.picture_changed.connect(self._draw_ground)
        session.view.tool_changed.connect(self.refresh)
        state.look_changed.connect(self.refresh)
        state.recipe_changed.connect(self.refresh)
        state.window_changed.connect(self._rest.start)

    def cube(self, item: OpenCube) -> Cube:
        """The cube without its mask."""
        return self.base(item).cube

    def base(self, item: OpenCube) -> Base:
        """The cube without its mask, and what it was made of."""
        self._base = Base.of(item, self._base)
        return self._base

    def choose(self, choice: Choice) -> None:
        """Look at another grey image; principal components are computed first."""
        item = self._session.cubes.current
        if item is None or choice == self._state.choice:
            return
        cube = self.cube(item)
        if choice.kind != "component":
            self._state.set_feature(choice, choice.feature())
        elif self._components is not None and self._components[0] is cube:
            self._state.set_feature(choice, choice.feature(self._components[1]))
        else:
            self._fit(item, cube, choice)

    @property
    def is_waiting(self) -> bool:
        """Whether a threshold has still to be proposed."""
        return not self._has_limits and not self._is_measured

    def measure(self) -> None:
        """Propose a threshold, whether somebody looks or not."""
        if self._runner.get(VALUES) is None:
            self._asked = None  # what failed is tried again
        self._measure(unseen=True)

    def refresh(self) -> None:
        """Compute what is to be seen and is not known."""
        self._measure()
        self._draw_ground()
        self._rest.start()

    # --- following the session -----------------------------------------------------------------

    def _begin(self) -> None:
        """Another cube is shown: its own recipe, else the last one where it fits."""
        for kind in (VALUES, PREVIEW, GROUND, OBJECTS):
            self._runner.cancel(kind)
        self._asked = self._seen = self._ground_of = None
        item = self._session.cubes.current
        if item is None:
            return
        mask = item.treatment.mask
        if mask is not None and mask.recipe is not None:
            self._state.set_recipe(mask.recipe)
        elif self._state.recipe == self._own or not self._fits(item.cube):
            choice = Choice("band", (item.marked_bands or (item.cube.bands // 2,))[0])
            self._state.set_feature(choice, choice.feature())
            self._own = self._state.recipe
        self._list()
        self.refresh()

    def _treated(self) -> None:
        self._list()
        self.refresh()

    def _fits(self, cube: Cube) -> bool:
        """Whether the recipe can be used for another cube as it is."""
        threshold = self._state.recipe.threshold
        try:
            if threshold is not None:
                threshold.feature.checked(cube)
        except CubeError:
            return False
        return self._has_limits

    def _propose(self, values: FeatureValues) -> None:
        """Limits where there are none; what a laboratory has blanked needs no threshold."""
        untouched = self._state.recipe == self._own
        if untouched and values.blank > BLANKED:
            self._state.set_feature(Choice("all"), None)
        elif not self._has_limits:
            self._state.propose()
        if untouched:
            self._own = self._state.recipe

    @property
    def _has_limits(self) -> bool:
        threshold = self._state.recipe.threshold
        return threshold is None or (threshold.low, threshold.high) != (None, None)

    @property
    def _is_measured(self) -> bool:
        values, threshold = self._state.values, self._state.recipe.threshold
        return values is not None and threshold is not None and values.feature == threshold.feature

    # --- jobs ----------------------------------------------------------------------------------

    def _fit(self, item: OpenCube, cube: Cube, choice: Choice) -> None:
        def done(components: tuple[Component, ...]) -> None:
            self._components = cube, components
            if item is self._session.cubes.current and self.cube(item) is cube:
                self._state.set_feature(choice, choice.feature(components))

        def failed(error: BaseException) -> None:
            self._state.recipe_changed.emit()  # the form shows what is still looked at
            self._errors.show(tr("Principal components"), error)

        self._runner.start(
            VALUES,
            tr("Principal components"),
            lambda: principal_components(cube, COMPONENTS),
            done,
            failed=failed,
        )

    def _measure(self, *, unseen: bool = False) -> None:
        """The histogram of the grey image; limits are proposed where there are none."""
        item, state, threshold = self._session.cubes.current, self._state, self._state.recipe.threshold
        if item is None or not (state.is_open or unseen):
            return
        if threshold is None:
            if state.values is not None:
                state.set_values(None)
            return
        cube, feature = self.cube(item), threshold.feature
        known = state.values
        if known is not None and known.cube is cube and known.feature == feature:
            return
        if self._asked is not None and self._asked[0] is cube and self._asked[1] == feature:
            return
        self._asked = cube, feature

        def done(values: FeatureValues) -> None:
            self._asked = None
            now = state.recipe.threshold
            if item is self._session.cubes.current and now is not None and now.feature == feature:
                state.set_values(values)
                self._propose(values)
                self.proposed.emit()
                self._rest.start()

        def failed(error: BaseException) -> None:
            self._errors.show(tr("The mask"), error)

        self._runner.start(
            VALUES,
            tr("Values of the mask"),
            lambda: feature_values(cube, feature),
            done,
            failed=failed,
            brief=True,
        )

    def _see(self) -> None:
        """Preview the recipe in the visible part, or in the whole of a small cube."""
        item, state = self._session.cubes.current, self._state
        if item is None or on_show(state, item, self._session.view.tool) != "preview":
            return
        cube, recipe, (lines, samples) = self.cube(item), state.recipe, state.window
        if self.is_waiting:
            return  # a threshold is about to be proposed
        if cube.lines * cube.samples <= WHOLE:
            lines, samples = slice(0, cube.lines), slice(0, cube.samples)
        wanted = (id(cube), recipe.threshold, recipe.steps, lines, samples)
        if wanted == self._seen:
            return
        self._seen = wanted

        def done(background: Background) -> None:
            if item is self._session.cubes.current:
                state.set_preview(background)

        def failed(error: BaseException) -> None:
            state.set_preview(None)
            self._errors.show(tr("The mask"), error)

        self._runner.start(
            PREVIEW,
            tr("Preview of the mask"),
            lambda: previewed(cube, recipe, lines, samples),
            done,
            failed=failed,
            brief=True,
        )

    def _draw_ground(self) -> None:
        """While one works on a mask, the picture shows what lies outside of it, too."""
        item, state, picture = self._session.cubes.current, self._state, self._session.view.picture
        masked = item is not None and item.treatment.mask is not None
        if item is None or picture is None or not masked:
            if state.ground is not None:
                state.set_ground(None)
            return
        if on_show(state, item, self._session.view.tool) == "nothing":
            return
        if picture is self._ground_of or picture.rendering.cube is not item.cube:
            return
        self._ground_of, cube = picture, self.cube(item)

        def done(image: ByteImage) -> None:
            if self._session.view.picture is picture and item is self._session.cubes.current:
                state.set_ground(image)

        self._runner.start(GROUND, tr("Drawing"), lambda: redrawn(picture, cube), done, brief=True)

    def _list(self) -> None:
        """The table of the objects."""
        item, state = self._session.cubes.current, self._state
        mask = None if item is None else item.treatment.mask
        if item is None or mask is None:
            self._runner.cancel(OBJECTS)
            state.set_objects(None, ())
            return
        if mask is state.mask:
            return

        def done(rows: tuple[ObjectRow, ...]) -> None:
            if item is self._session.cubes.current and item.treatment.mask is mask:
                state.set_objects(mask, rows)

        self._runner.start(
            OBJECTS, tr("Listing the objects"), lambda: object_table(mask.objects), done, brief=True
        )
