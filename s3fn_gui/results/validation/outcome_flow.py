"""The figures: worked out when points, map or reference change; copied and saved."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from s3fn_core.cubes.place import pixel_area
from s3fn_core.errors import LabelError
from s3fn_core.labels.exchange import LABEL_SUFFIXES, file_filter
from s3fn_core.languages import tr
from s3fn_core.results.validation import (
    Validation,
    compared,
    still_needed,
    table,
    validated,
    write_validation,
)
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.results.validation import jobs
from s3fn_gui.results.validation.state import Reference, ValidationState
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

KIND = "validation"
NO_MAP = tr("There is no map to compare with: train a model, or map this cube.")
NONE_YET = tr("No point is labelled yet: press Label points, then choose the class you see at each.")
UNFINISHED = tr("The map is still being drawn.")
REFERENCES = tr("References ({files})", files=" ".join(f"*{end}" for end in (*LABEL_SUFFIXES, ".csv")))


class OutcomeFlow(Flow):
    """Of the map shown; while points are labelled, nobody sees figures."""

    def __init__(self, context: Context, state: ValidationState) -> None:
        super().__init__(context)
        self._state = state
        self._told: tuple[object, ...] = ()
        self._rest = resting(self, self.refresh)
        session, cubes = self._session, self._session.cubes
        follow(self.refresh, cubes.current_changed, state.changed, state.moved)
        follow(self._rest.start, cubes.prediction_changed, session.class_list_changed)
        session.cleared.connect(state.forget_reference)
        cubes.changed.connect(self._forget_closed)

    def _forget_closed(self) -> None:
        """A reference goes with its cube."""
        reference = self._state.reference
        if reference is not None and reference.item not in self._session.cubes.items:
            self._state.forget_reference()

    def refresh(self) -> None:
        """Work the figures out, unless they are there already."""
        item, state = self._session.cubes.current, self._state
        if state.is_labelling:
            return
        against = state.reference if state.shown == "reference" and state.has_reference else None
        points = None if item is None or against is not None else item.validation
        prediction = None if item is None else item.prediction
        about = (item, prediction, against, points, self._session.classes)
        if all(a is b for a, b in zip(about, self._told, strict=False)) and self._told:
            return
        self._told = about
        self._runner.cancel(KIND)
        if item is None or (against is None and points is None):
            state.put_outcome(None)
        elif prediction is None or prediction.partial:
            state.put_outcome(None, NO_MAP if prediction is None else UNFINISHED)
        elif against is not None:
            self._compare(item, against)
        else:
            self._validate(item)

    def _validate(self, item: OpenCube) -> None:
        assert item.prediction is not None
        assert item.validation is not None
        names = class_names(self._session, item)
        if not item.validation.labelled.any():
            self._state.put_outcome(None, NONE_YET)
            return
        if needed := still_needed(item.validation, names):
            self._state.put_outcome(None, needed)
            return
        area = pixel_area(item.cube.georeference)
        try:
            self._state.put_outcome(validated(item.validation, item.prediction.ids, names, area))
        except LabelError as error:
            self._state.put_outcome(None, str(error))

    def _compare(self, item: OpenCube, against: Reference) -> None:
        """In the background: a label map may be as large as the cube."""
        assert item.prediction is not None
        ids, classes, labels = item.prediction.ids, self._session.classes, item.labels.ids.copy()
        self._state.put_outcome(None, tr("Comparing with {name}…", name=against.name))

        def work() -> Validation:
            return compared(against.ids, ids, classes, against.name, labels > 0, against.unit)

        def failed(error: BaseException) -> None:
            if isinstance(error, LabelError):
                self._state.put_outcome(None, str(error))
            else:
                self._errors.show(tr("Comparing"), error)

        self._runner.start(
            KIND, tr("Comparing with {name}", name=against.name), work, self._state.put_outcome, failed=failed
        )

    def open_reference(self) -> None:
        """Compare the map with a label map or a table of points."""
        item = self._session.cubes.current
        if item is None:
            return
        path = self.ask.open_file(tr("Open reference"), f"{REFERENCES};;{file_filter()}")
        if path is None:
            return
        source, classes = path, self._session.classes

        def done(reference: Reference) -> None:
            if reference.item in self._session.cubes.items:
                self._state.put_reference(reference)
                if reference.note:
                    self._session.report("warning", reference.note)

        self._runner.start(
            f"{KIND} reference",
            tr("Reading {name}", name=path.name),
            lambda: jobs.read_reference(source, item, classes),
            done,
        )

    def copy(self) -> None:
        """All figures as a table, for a spreadsheet."""
        if (found := self._state.outcome) is not None:
            text = "\n".join("\t".join(cells) for cells in table(found))
            QGuiApplication.clipboard().setText(text)
            self._session.report("success", tr("The figures are copied as a table."))

    def save(self) -> None:
        """Write all figures to a file."""
        found, item = self._state.outcome, self._session.cubes.current
        if found is None or item is None:
            return
        path = self._context.save_file(
            tr("Save accuracy"), f"{item.cube.name}_accuracy.csv", tr("Tables (*.csv)")
        )
        if path is not None:
            self._runner.start(
                f"{KIND} file",
                tr("Writing {name}", name=path.name),
                lambda: write_validation(found, path),
                lambda written: self._session.report(
                    "success", tr("The figures are saved to {path}.", path=written)
                ),
                makes="file",
            )


def class_names(session: Session, item: OpenCube) -> dict[int, str]:
    """Those of the map, and of the project."""
    mapped = () if item.prediction is None else item.prediction.classes
    return {c.id: c.name for c in (*mapped, *session.classes)}
