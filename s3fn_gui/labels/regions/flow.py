"""The labelled regions: found, visited, given a role, split off; pixels that stand out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.regions import label_regions, list_regions, whole_regions
from s3fn_core.progress import Operation, Progress
from s3fn_core.results.outliers import find_outliers
from s3fn_core.results.region_spectra import region_looks
from s3fn_core.types import BoolArray, IdArray
from s3fn_gui.base.timers import resting
from s3fn_gui.labels.regions.state import Found, RegionsState, Strangers, set_role
from s3fn_gui.session import edits
from s3fn_gui.session.context import Context
from s3fn_gui.session.cube import OpenCube

REST_MS = 300
MOST_LISTED = 3000
KIND, LOOKS, OUTLIERS = "regions", "region spectra", "outliers"


class RegionsFlow(QObject):
    """Regions are numbered in a job once the hand rests, where somebody wants to see them."""

    def __init__(self, context: Context, regions: RegionsState) -> None:
        super().__init__(context.session)
        self._context = context
        self._session = context.session
        self._state = regions
        self._runner = context.runner
        self._waiting: list[Callable[[Found], None]] = []
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
        self._state.set_strangers(None)
        self._waiting = []
        self._state.set_found(None)
        self._outdated()

    def _other_values(self) -> None:
        """Regions stay where they are, but look otherwise."""
        self._state.set_strangers(None)
        self._outdated()

    def _outdated(self, _: object = None) -> None:
        self._state.fresh, self._finding = False, None
        self._rest.start()

    def _when_resting(self) -> None:
        item = self._session.cubes.current
        if self._session.work.is_painting:
            self._rest.start()
            return
        self._forget_erased()
        shown = self._state.found is not None and self._state.found.test is not None
        wanted = self._state.is_open or shown or bool(self._waiting)
        if item is not None and (wanted or item.test is not None):
            self._find(item)

    def _find(self, item: OpenCube) -> None:
        """Number the regions; what is drawn meanwhile makes them outdated again."""
        labels, test, asked = item.labels, item.test, object()
        self._finding = asked
        self._rest.stop()

        def done(found: Found) -> None:
            if self._finding is not asked:
                self._rest.start()
                return
            self._finding = None
            self._state.set_found(found)
            waiting, self._waiting = self._waiting, []
            for then in waiting:
                then(found)
            if self._state.is_open:
                self._look()

        def failed(error: BaseException) -> None:
            cancelled()
            self._context.errors.show("The regions", error)

        def cancelled() -> None:
            if self._finding is asked:
                self._finding, self._waiting = None, []

        self._runner.start(
            KIND,
            "Finding the regions",
            lambda: find_regions(labels.ids.copy(), test),
            done,
            failed=failed,
            cancelled=cancelled,
        )

    def _look(self) -> None:
        """What the regions look like."""
        item, found = self._session.cubes.current, self._state.found
        if item is None or found is None:
            return
        cube = item.cube
        self._runner.start(
            LOOKS,
            "Reading the regions",
            lambda: region_looks(cube, found.numbers, found.listed),
            lambda looks: self._state.set_looks(looks) if found is self._state.found else None,
        )

    def _with_regions(self, then: Callable[[Found], None]) -> None:
        """Go on with the regions of the labels as they are now."""
        item, found = self._session.cubes.current, self._state.found
        if item is None:
            return
        if found is not None and self._state.fresh:
            then(found)
            return
        self._waiting.append(then)
        if self._finding is None:
            self._find(item)

    # --- visiting ------------------------------------------------------------------------------

    def next(self) -> None:
        """The next region of the class."""
        self._with_regions(lambda found: self._step(found, 1))

    def previous(self) -> None:
        """The one before."""
        self._with_regions(lambda found: self._step(found, -1))

    def _step(self, found: Found, steps: int) -> None:
        target = self._session.current_class
        if target is None:
            return
        numbers = [row.number for row in found.rows if row.class_id == target.id]
        if not numbers:
            self._session.report("info", f"{target.name} has no label in this cube.")
            return
        here = next((n for n in self._state.selected if n in numbers), None)
        place = (-1 if steps > 0 else 0) if here is None else numbers.index(here)
        number = numbers[(place + steps) % len(numbers)]
        self._state.select((number,))
        self._state.look_for(number)

    # --- roles and classes ---------------------------------------------------------------------

    def _targets(self, found: Found) -> list[int]:
        """The region under the cursor, else those selected in the table."""
        here = self._session.view.hover
        number = found.at(here) if here is not None else 0
        if not number and not self._state.selected:
            self._session.report(
                "info", "Put the cursor on a labelled region, or select one in the table first."
            )
        return [number] if number else list(self._state.selected)

    def swap_role(self) -> None:
        """Use regions for the test, or (where they are) for the training again."""
        self._with_regions(self._swap_role)

    def _swap_role(self, found: Found) -> None:
        item, numbers = self._session.cubes.current, self._targets(found)
        if item is None or not numbers:
            return
        test = not all(found.tested(n) for n in numbers)
        what = "region" if len(numbers) == 1 else f"{len(numbers)} regions"
        box, inside = _together(found, numbers)
        text = f"Use {what} for {'test' if test else 'training'}"
        set_role(self._session, self._state, item, box, inside, test, text)

    def split(self) -> None:
        """Regions of one class become a class of their own."""
        self._with_regions(self._split)

    def _split(self, found: Found) -> None:
        session, item, numbers = self._session, self._session.cubes.current, self._targets(found)
        if item is None or not numbers:
            return
        classes = {found.row(n).class_id for n in numbers}
        if len(classes) > 1:
            session.report("info", "Select regions of one class to split them off.")
            return
        (class_id,) = classes
        if class_id in session.locked or class_id not in session.classes:
            session.report("info", "The class is locked; unlock it to split a part off.")
            return
        edits.split_class(session, item, *_together(found, numbers), class_id)

    # --- outliers ------------------------------------------------------------------------------

    def find_strangers(self) -> None:
        """Look for labelled pixels that do not look like their class."""
        item = self._session.cubes.current
        if item is None:
            return
        cube, labels = item.cube, item.labels

        def done(found: Strangers) -> None:
            if item is self._session.cubes.current and item.cube is cube:
                self._state.set_strangers(found)
                self._forget_erased()
                self._report(found)

        self._runner.start(
            OUTLIERS, "Looking for outliers", lambda: find_strangers(cube, labels.ids.copy()), done
        )

    def _report(self, found: Strangers) -> None:
        labelled = int(np.sum(self._session.cubes.current.counts[1:])) if self._session.cubes.current else 0
        if not len(found):
            self._session.report("success", "No labelled pixel stands out from its class.")
            return
        text = f"{len(found):,} of {labelled:,} labelled pixels do not look like their class."
        self._session.report("info", text, action="label.next_outlier")

    def _forget_erased(self) -> None:
        """Those whose label has changed since are none any more."""
        item, strangers = self._session.cubes.current, self._state.strangers
        if item is None or strangers is None:
            return
        still = item.labels.ids[strangers.lines, strangers.samples] == strangers.classes
        if not still.all():
            self._state.set_strangers(strangers.only(still))

    def next_stranger(self) -> None:
        """Go to the next of them, the farthest from its class first; look for them before."""
        strangers = self._state.strangers
        if strangers is None:
            self.find_strangers()
        elif not len(strangers):
            self._session.report("success", "No labelled pixel stands out from its class.")
        else:
            place = -1 if self._state.stranger is None else self._state.stranger
            self._state.visit_stranger((place + 1) % len(strangers))

    def erase_strangers(self) -> None:
        """Erase the labels of all of them, but for locked classes."""
        session, item, strangers = self._session, self._session.cubes.current, self._state.strangers
        if item is None or strangers is None or not len(strangers):
            return
        mask = np.zeros(item.labels.shape, bool)
        mask[strangers.lines, strangers.samples] = True
        edit = item.labels.edit((0, 0, *mask.shape), mask, 0, locked=session.locked)
        session.push_labels(item, edit, f"Erase {edit.pixels:,} outliers")
        self._forget_erased()


def find_regions(ids: IdArray, test: BoolArray | None) -> Operation[Found]:
    """The regions of a label map, and which of them are for the test."""
    yield Progress("regions", 0.0, "Finding the regions")
    numbers, classes = label_regions(ids)
    yield Progress("regions", 0.5, "Finding the regions")
    whole = None if test is None else whole_regions(numbers, test)
    rows = list_regions(numbers, classes)
    listed = rows
    if len(rows) > MOST_LISTED:
        listed = tuple(sorted(rows, key=lambda row: -row.pixels)[:MOST_LISTED])
    tested = () if whole is None else np.unique(numbers[whole]).tolist()
    return Found(numbers, rows, listed, whole, frozenset(tested))


def find_strangers(cube: Cube, ids: IdArray) -> Operation[Strangers]:
    """Outliers among the labels, with the class that each was labelled as."""
    found = yield from find_outliers(cube, ids)
    return Strangers(found.lines, found.samples, ids[found.lines, found.samples])


def _together(found: Found, numbers: list[int]) -> tuple[tuple[int, int, int, int], BoolArray]:
    """The rectangle around some regions, and their pixels in there."""
    boxes = np.array([found.row(n).box for n in numbers])
    top, left = (int(v) for v in boxes[:, :2].min(0))
    bottom, right = (int(v) for v in boxes[:, 2:].max(0))
    inside = np.zeros((bottom - top, right - left), bool)
    for number, box in zip(numbers, boxes - (top, left, top, left), strict=True):
        inside[box[0] : box[2], box[1] : box[3]] |= found.inside(number)
    return (top, left, bottom, right), inside
