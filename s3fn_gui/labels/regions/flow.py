"""The labelled regions: numbered, visited, used for the test, split off; outliers in them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from s3fn_core.languages import plural, tr
from s3fn_core.results.region_spectra import region_looks
from s3fn_core.types import BoolArray
from s3fn_gui.base.timers import resting
from s3fn_gui.labels.regions import jobs
from s3fn_gui.labels.regions.state import LabelledOutliers, RegionMap, RegionsState, set_role
from s3fn_gui.session import class_edits
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

NO_OUTLIERS = tr("No labelled pixel stands out from its class.")
REST_MS = 300
KIND, LOOKS, OUTLIERS = "regions", "region spectra", "outliers"


class RegionsFlow(Flow):
    """Regions are numbered once the hand rests, while something shows them."""

    def __init__(self, context: Context, regions: RegionsState) -> None:
        super().__init__(context)
        self._state = regions
        self._waiting: list[Callable[[RegionMap], None]] = []
        self._finding: object | None = None  # stands for the labels that are being numbered
        self._rest = resting(self, self._when_resting, REST_MS)
        session = context.session
        session.cubes.current_changed.connect(self._other_cube)
        session.labels_changed.connect(self._outdated)
        session.cubes.treatment_changed.connect(self._other_values)
        self._state.roles_changed.connect(self._outdated)

    # --- finding -------------------------------------------------------------------------------

    def set_open(self, is_open: bool) -> None:
        """Whether the table is seen."""
        self._state.is_open = is_open
        if not is_open or self._finding is not None:
            return
        if not self._state.fresh:
            self._rest.start()
        elif not self._state.looks:
            self._look()

    def _other_cube(self) -> None:
        self._runner.cancel(OUTLIERS)
        self._state.set_outliers(None)
        self._waiting = []
        self._state.set_region_map(None)
        self._outdated()

    def _other_values(self) -> None:
        """Regions stay where they are, but look otherwise."""
        self._state.set_outliers(None)
        self._outdated()

    def _outdated(self, _: object = None) -> None:
        self._state.fresh, self._finding = False, None
        self._rest.start()

    def _when_resting(self) -> None:
        item = self._session.cubes.current
        if self._session.work.is_painting:
            self._rest.start()
            return
        self._drop_erased()
        shown = self._state.region_map is not None and self._state.region_map.test is not None
        wanted = self._state.is_open or shown or bool(self._waiting)
        if item is not None and (wanted or item.test is not None):
            self._find(item)

    def _find(self, item: OpenCube) -> None:
        """Number the regions; a stroke in the meantime outdates them again."""
        labels, test, asked = item.labels, item.test, object()
        self._finding = asked
        self._rest.stop()

        def done(regions: RegionMap) -> None:
            if self._finding is not asked:
                self._rest.start()
                return
            self._finding = None
            self._state.set_region_map(regions)
            waiting, self._waiting = self._waiting, []
            for then in waiting:
                then(regions)
            if self._state.is_open:
                self._look()

        def failed(error: BaseException) -> None:
            cancelled()
            self._errors.show(tr("The regions"), error)

        def cancelled() -> None:
            if self._finding is asked:
                self._finding, self._waiting = None, []

        self._runner.start(
            KIND,
            tr("Finding the regions"),
            lambda: jobs.find_regions(labels.ids.copy(), test),
            done,
            failed=failed,
            cancelled=cancelled,
        )

    def _look(self) -> None:
        """What the regions look like."""
        item, regions = self._session.cubes.current, self._state.region_map
        if item is None or regions is None:
            return
        cube = item.cube
        self._runner.start(
            LOOKS,
            tr("Reading the regions"),
            lambda: region_looks(cube, regions.numbers, regions.listed),
            lambda looks: self._state.set_looks(looks) if regions is self._state.region_map else None,
        )

    def _with_regions(self, then: Callable[[RegionMap], None]) -> None:
        """Go on with the regions of the labels as they are now."""
        item, regions = self._session.cubes.current, self._state.region_map
        if item is None:
            return
        if regions is not None and self._state.fresh:
            then(regions)
            return
        self._waiting.append(then)
        if self._finding is None:
            self._find(item)

    # --- visiting ------------------------------------------------------------------------------

    def next(self) -> None:
        """The next region of the class."""
        self._with_regions(lambda regions: self._step(regions, 1))

    def previous(self) -> None:
        """The one before."""
        self._with_regions(lambda regions: self._step(regions, -1))

    def _step(self, regions: RegionMap, steps: int) -> None:
        target = self._session.current_class
        if target is None:
            return
        numbers = [row.number for row in regions.rows if row.class_id == target.id]
        if not numbers:
            self._session.report("info", tr("{name} has no labels in this cube.", name=target.name))
            return
        here = next((n for n in self._state.selected if n in numbers), None)
        place = (-1 if steps > 0 else 0) if here is None else numbers.index(here)
        number = numbers[(place + steps) % len(numbers)]
        self._state.select((number,))
        self._state.look_for(number)

    # --- roles and classes ---------------------------------------------------------------------

    def _targets(self, regions: RegionMap) -> list[int]:
        """The region under the cursor, else those selected in the table."""
        here = self._session.view.hover
        number = regions.at(here) if here is not None else 0
        if not number and not self._state.selected:
            self._session.report("info", tr("Point at a labelled region, or select one in the table first."))
        return [number] if number else list(self._state.selected)

    def swap_role(self) -> None:
        """Use regions for the test, or (where they are) for the training again."""
        self._with_regions(self._swap_role)

    def _swap_role(self, regions: RegionMap) -> None:
        item, numbers = self._session.cubes.current, self._targets(regions)
        if item is None or not numbers:
            return
        test = not all(regions.tested(n) for n in numbers)
        box, inside = _together(regions, numbers)
        count = len(numbers)
        if test and count == 1:
            text = tr("Set region aside for testing")
        elif test:
            text = plural(
                "Set {count} region aside for testing", "Set {count} regions aside for testing", count
            )
        else:
            text = plural("Use region for training", "Use {count} regions for training", count)
        set_role(self._session, self._state, item, box, inside, test, text)

    def split(self) -> None:
        """Regions of one class become a class of their own."""
        self._with_regions(self._split)

    def _split(self, regions: RegionMap) -> None:
        session, item, numbers = self._session, self._session.cubes.current, self._targets(regions)
        if item is None or not numbers:
            return
        classes = {regions.row(n).class_id for n in numbers}
        if len(classes) > 1:
            session.report("info", tr("Select regions of one class to split them off."))
            return
        (class_id,) = classes
        if class_id in session.locked or class_id not in session.classes:
            session.report("info", tr("The class is locked; unlock it to split a part off."))
            return
        class_edits.split_class(session, item, *_together(regions, numbers), class_id)

    # --- outliers ------------------------------------------------------------------------------

    def find_outliers(self) -> None:
        """Look for labelled pixels that do not look like their class."""
        item = self._session.cubes.current
        if item is None:
            return
        cube, labels = item.cube, item.labels

        def done(outliers: LabelledOutliers) -> None:
            if item is self._session.cubes.current and item.cube is cube:
                self._state.set_outliers(outliers)
                self._drop_erased()
                self._report(outliers)

        self._runner.start(
            OUTLIERS, tr("Looking for outliers"), lambda: jobs.find_outliers(cube, labels.ids.copy()), done
        )

    def _report(self, outliers: LabelledOutliers) -> None:
        labelled = int(np.sum(self._session.cubes.current.counts[1:])) if self._session.cubes.current else 0
        if not len(outliers):
            self._session.report("success", NO_OUTLIERS)
            return
        text = plural(
            "{count:,} of {labelled:,} labelled pixels does not look like its class.",
            "{count:,} of {labelled:,} labelled pixels do not look like their class.",
            len(outliers),
            labelled=labelled,
        )
        self._session.report("info", text, action="label.next_outlier")

    def _drop_erased(self) -> None:
        """Drop outliers whose label has changed."""
        item, outliers = self._session.cubes.current, self._state.outliers
        if item is None or outliers is None:
            return
        still = item.labels.ids[outliers.lines, outliers.samples] == outliers.classes
        if not still.all():
            self._state.set_outliers(outliers.only(still))

    def next_outlier(self) -> None:
        """Go to the next of them, the farthest from its class first; look for them before."""
        outliers = self._state.outliers
        if outliers is None:
            self.find_outliers()
        elif not len(outliers):
            self._session.report("success", NO_OUTLIERS)
        else:
            place = -1 if self._state.outlier is None else self._state.outlier
            self._state.visit_outlier((place + 1) % len(outliers))

    def erase_outliers(self) -> None:
        """Erase the labels of all of them, but for locked classes."""
        session, item, outliers = self._session, self._session.cubes.current, self._state.outliers
        if item is None or outliers is None or not len(outliers):
            return
        mask = np.zeros(item.labels.shape, bool)
        mask[outliers.lines, outliers.samples] = True
        edit = item.labels.edit((0, 0, *mask.shape), mask, 0, locked=session.locked)
        session.push_labels(item, edit, plural("Erase one outlier", "Erase {count:,} outliers", edit.pixels))
        self._drop_erased()


def _together(regions: RegionMap, numbers: list[int]) -> tuple[tuple[int, int, int, int], BoolArray]:
    """The rectangle around some regions, and their pixels in there."""
    boxes = np.array([regions.row(n).box for n in numbers])
    top, left = (int(v) for v in boxes[:, :2].min(0))
    bottom, right = (int(v) for v in boxes[:, 2:].max(0))
    inside = np.zeros((bottom - top, right - left), bool)
    for number, box in zip(numbers, boxes - (top, left, top, left), strict=True):
        inside[box[0] : box[2], box[1] : box[3]] |= regions.inside(number)
    return (top, left, bottom, right), inside
