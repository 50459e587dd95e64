"""Asking the library of materials, and giving classes the curves that somebody has confirmed."""

from __future__ import annotations

from collections.abc import Mapping

from s3fn_core.errors import S3FNError
from s3fn_core.labels.material_colours import colour_of
from s3fn_core.languages import tr
from s3fn_core.progress import Progress
from s3fn_core.quoting import listed
from s3fn_core.words.claims.closing_line import line_places
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.taking import taken
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.messages import explain
from s3fn_gui.words.description_edits import OTHER_WORDS
from s3fn_gui.words.library import jobs
from s3fn_gui.words.library.browser import NOT_OPEN
from s3fn_gui.words.library.classes_dialog import ClassesDialog
from s3fn_gui.words.library.entry_dialog import EntryDialog
from s3fn_gui.words.library.jobs import Question
from s3fn_gui.words.library.scene import measured_means, range_of
from s3fn_gui.words.library.state import Answer, Wanted, WordsLibraryState

KIND = "library"
OPENING, ASKING = tr("Opening the library"), tr("Asking the library")
MAP = "words.map"
LEAST_EXPECTED = 2
"""Classes that expect a spectrum; with fewer there is nothing to map from words."""


class LibraryFlow(Flow):
    """The library is opened when it is first asked; the newest question wins."""

    def __init__(self, context: Context, library: WordsLibraryState) -> None:
        super().__init__(context)
        self._state = library
        self._rest = resting(self, self._ask)
        library.asked.connect(self._ask)
        own = context.session.own_spectra
        own.changed.connect(lambda: library.set_own(own.entries))
        library.stopped.connect(lambda: self._runner.cancel(KIND))
        session, cubes = context.session, context.session.cubes
        follow(self._follow, session.classes_changed, session.view.statistics_changed)
        follow(self._follow, cubes.current_changed, cubes.treatment_changed)

    def show(self) -> None:
        """Look through the library for the selected class."""
        self._session.own_spectra.ask()
        self.ask.show_beside(EntryDialog, self._session, self._state, self.take)

    def show_all(self) -> None:
        """Look through the library for all classes that are not settled."""
        if all(c.is_settled for c in self._session.classes):
            self._session.report("info", tr("Every description is locked; unlock what may change."))
            return
        self._session.own_spectra.ask()
        self.ask.show(ClassesDialog, self._session, self._state, self.take)

    # --- asking --------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Another text, other labels or another cube: the same question has another answer."""
        if self._state.wanted is not None and not self._state.note:
            self._rest.start()

    def _ask(self) -> None:
        state, classes = self._state, self._session.classes
        self._rest.stop()
        if state.wanted is None:
            self._runner.cancel(KIND)
            return
        if state.library is None and self._runner.get(KIND) is not None:
            return  # it is being opened; what is wanted then is asked after that
        wanted, known, own = state.wanted, state.library, state.own
        targets = tuple(classes[i] for i in wanted.class_ids if i in classes)
        question = Question(wanted, targets, measured_means(self._session))
        title = OPENING if known is None else ASKING
        state.work(title, 0.0)
        self._runner.start(
            KIND,
            title,
            lambda: jobs.answer(known, own, question),
            lambda answer: self._answered(answer, own),
            progressed=self._progressed,
            failed=self._failed,
            cancelled=lambda: self._cancelled(wanted),
            brief=known is not None,
        )

    def _progressed(self, progress: Progress) -> None:
        wanted, early = self._state.wanted, progress.early
        if wanted is not None:
            mine = early if isinstance(early, Answer) and early.wanted is wanted else None
            self._state.work(progress.message, progress.fraction, mine)

    def _answered(self, answer: Answer, own: tuple[Entry, ...]) -> None:
        state = self._state
        if own is state.own:
            state.library = answer.library
        if answer.wanted is state.wanted and own is state.own:
            state.put(answer)
        elif state.wanted is not None:
            self._ask()

    def _failed(self, error: BaseException) -> None:
        self._state.fail(explain(error, OPENING).text)

    def _cancelled(self, wanted: Wanted) -> None:
        if self._runner.get(KIND) is not None:
            return  # another question has taken its place
        if self._state.wanted is wanted:
            self._state.fail(NOT_OPEN)
        elif self._state.wanted is not None:
            self._ask()

    # --- taking --------------------------------------------------------------------------------

    def take(self, chosen: Mapping[int, Entry]) -> bool:
        """Let classes expect the curves of entries, as one step; False where none can."""
        session, range_nm = self._session, range_of(self._session)
        classes, names = session.classes, []
        for class_id, entry in chosen.items():
            if class_id not in classes or classes[class_id].is_settled:
                continue
            target = classes[class_id]
            try:
                after = taken(target.descriptions, entry, range_nm)
                classes = classes.changed(class_id, descriptions=after)
                if colour_of(target.name) is None:
                    classes = classes.colored(class_id, entry.name, entry.group)
            except S3FNError as error:
                session.report("error", str(error))
                return False
            names.append(target.name)
        if not names:
            gone = tr("Nothing was taken: the class is gone, or all its paragraphs are locked.")
            session.report("info", gone)
            return False
        entry = next(iter(chosen.values()))
        title = (
            tr("Take {entry} for {name}", entry=entry.name, name=names[0])
            if len(names) == 1
            else tr("Take from the library")
        )
        session.push_classes(classes, title)
        self._report(names, entry)
        return True

    def _report(self, names: list[str], entry: Entry) -> None:
        session, item = self._session, self._session.cubes.current
        text = (
            tr("{name} now has the expected spectrum of {entry}.", name=names[0], entry=entry.name)
            if len(names) == 1
            else tr("{names} now have expected spectra from the library.", names=listed(names))
        )
        if session.model is not None:
            session.report("warning", f"{text} {OTHER_WORDS}")
            return
        expecting = sum(bool(line_places(c.text)) for c in session.classes)
        labelled = item is not None and item.counts[1:].any()
        if item is None or item.cube.wavelengths is None or labelled or expecting < LEAST_EXPECTED:
            session.report("success", text)
            return
        more = tr("For a first map, press Map from the words alone.")
        session.report("success", f"{text} {more}", action=MAP)
