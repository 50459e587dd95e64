"""Measuring the labelled classes: facts while the panel is open, descriptions on request."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.facts import SpectralFacts
from s3fn_core.labels.classes import Description
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_core.words.fact_table import HEADINGS, fact_rows, write_facts
from s3fn_core.words.measured import class_facts, measured_descriptions
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.words.description_edits import OTHER_WORDS, may_replace, put_descriptions
from s3fn_gui.words.facts.state import FactsState

KIND, DESCRIBING, WRITING = "facts", "measured words", "facts file"
FACTS = tr("Table of facts (*.csv)")


class FactsFlow(Flow):
    """Facts follow the labels of the current cube once the brush rests."""

    def __init__(self, context: Context, facts: FactsState) -> None:
        super().__init__(context)
        self._state = facts
        self._is_open = False
        self._measured: tuple[int, ...] = ()  # the classes that were
        self._revision = 0  # of labels, cube and classes: what is older is outdated
        self._rest = resting(self, self._measure)
        session = context.session
        session.labels_changed.connect(lambda _box: self._outdate())
        session.cubes.current_changed.connect(lambda: self._outdate(drop=True))
        session.cubes.treatment_changed.connect(lambda: self._outdate(drop=True))
        session.classes_changed.connect(self._follow_classes)

    def set_open(self, is_open: bool) -> None:
        """Whether the panel is seen."""
        self._is_open = is_open
        if is_open and not self._state.fresh:
            self._measure()

    def _outdate(self, *, drop: bool = False) -> None:
        self._revision += 1
        self._state.outdate(drop=drop)
        if self._is_open:
            self._rest.start()

    def _follow_classes(self) -> None:
        """Other names and texts change no measurement, other classes do."""
        if self._session.classes.ids != self._measured:
            self._outdate()

    def _measure(self) -> None:
        session, item = self._session, self._session.cubes.current
        if session.work.is_painting:
            self._rest.start()
            return
        if item is None or not item.counts[1:].any():
            self._runner.cancel(KIND)
            self._state.put({})
            return
        cube, labels, classes = item.cube, item.labels, session.classes
        revision = self._revision
        self._measured = classes.ids

        def done(found: Mapping[int, SpectralFacts]) -> None:
            if item is session.cubes.current and item.cube is cube:
                self._state.put(found)
                if revision != self._revision:
                    self._state.outdate()

        self._runner.start(
            KIND, tr("Measuring the classes"), lambda: class_facts(cube, labels.ids.copy(), classes), done
        )

    # --- descriptions --------------------------------------------------------------------------

    def describe(self) -> None:
        """Describe the selected class from its labelled pixels."""
        target, item = self._session.current_class, self._session.cubes.current
        if target is None or item is None:
            self._session.report("info", tr("Open a cube and select a class first."))
        elif not item.counts[target.id]:
            text = tr("Label some pixels of {name} first; they are what is measured.", name=target.name)
            self._session.report("info", text)
        elif target.is_settled:
            text = tr("All paragraphs of {name} are locked; unlock one to replace it.", name=target.name)
            self._session.report("info", text)
        elif may_replace(self._context, [target.id]):
            self._describe((target.id,), tr("Describe {name} from measurement", name=target.name))

    def describe_all(self) -> None:
        """Describe all labelled classes, as one step."""
        item = self._session.cubes.current
        ids = tuple(
            one.id
            for one in self._session.classes
            if not one.is_settled and item is not None and item.counts[one.id]
        )
        if may_replace(self._context, ids):
            self._describe(ids, tr("Describe classes from measurement"))

    def _describe(self, ids: tuple[int, ...], text: str) -> None:
        session, item = self._session, self._session.cubes.current
        if item is None:
            return
        cube, labels, classes = item.cube, item.labels, session.classes
        names = {(c.id, c.name) for c in classes}  # another class may take over an id

        def done(found: Mapping[int, Description]) -> None:
            if all(one.cube is not cube for one in session.cubes.items):
                gone = tr(
                    "{name} changed or was closed in the meantime, so nothing was described.", name=cube.name
                )
                session.report("info", gone)
                return
            same = {c.id for c in session.classes if (c.id, c.name) in names}
            wanted = {
                i: (one,)
                for i, one in found.items()
                if i in ids and i in same and not session.classes[i].is_settled
            }
            if wanted:
                put_descriptions(session, wanted, text)
            self._report([session.classes[i].name for i in wanted], cube)

        self._runner.start(
            DESCRIBING,
            tr("Describing from measurement"),
            lambda: measured_descriptions(cube, labels.ids.copy(), classes),
            done,
        )

    def _report(self, names: list[str], cube: Cube) -> None:
        if not names:
            text = tr("Nothing was described: the labels lie on background, or all texts are locked.")
            self._session.report("info", text)
            return
        text = plural(
            "{names} is described from the labelled pixels of {cube}.",
            "{names} are described from the labelled pixels of {cube}.",
            len(names),
            names=listed(names),
            cube=cube.name,
        )
        warnings, mend = [], ""
        if cube.wavelengths is None:
            warnings.append(tr("Without wavelengths there is little to say; state them first."))
            mend = "cube.metadata"
        if self._session.model is not None:
            warnings.append(OTHER_WORDS)
        self._session.report("warning" if warnings else "success", " ".join([text, *warnings]), action=mend)

    # --- the table elsewhere -------------------------------------------------------------------

    def copy(self) -> None:
        """The facts of the selected class as a table, for a spreadsheet."""
        target, found = self._session.current_class, self._state.found
        if target is None or not found or target.id not in found:
            self._session.report("info", tr("Nothing to copy: no pixel of the class is measured."))
            return
        rows = fact_rows(found[target.id], self._session.classes)
        lines = [HEADINGS, *((row.fact, row.where, row.value) for row in rows)]
        QGuiApplication.clipboard().setText("\n".join("\t".join(cells) for cells in lines))
        self._session.report("success", tr("The facts of {name} are copied as a table.", name=target.name))

    def save(self) -> None:
        """Write the facts of all classes to a file."""
        found, classes = self._state.found, self._session.classes
        path = self._context.save_file(tr("Save spectral facts"), "facts.csv", FACTS) if found else None
        if path is None or not found:
            return
        target = path

        def done(written: Path) -> None:
            self._session.report("success", tr("The facts are saved to {path}.", path=written))

        title = tr("Writing {name}", name=path.name)
        self._runner.start(WRITING, title, lambda: write_facts(found, classes, target), done)
