"""Looking a spectrum up in the library, and what is made of what was found."""

from __future__ import annotations

from collections.abc import Callable

from s3fn_core.errors import S3FNError
from s3fn_core.languages import tr
from s3fn_core.words.library.identifying import Match
from s3fn_core.words.library.taking import taken
from s3fn_gui.base.timers import resting
from s3fn_gui.session.class_ids import ids_taken
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.messages import explain
from s3fn_gui.spectra.identify import jobs
from s3fn_gui.spectra.identify.dialog import IdentifyDialog
from s3fn_gui.spectra.identify.state import IdentifyState

KIND = "identify"
TITLE = tr("Searching the library")
REST_MS = 100


class IdentifyFlow(Flow):
    """The newest question wins."""

    def __init__(self, context: Context, state: IdentifyState, choose_own: Callable[[], None]) -> None:
        super().__init__(context)
        self.choose_own = choose_own
        self._state = state
        self._rest = resting(self, self._ask, REST_MS)
        state.asked.connect(self._rest.start)

    def show(self) -> None:
        """Look up the spectrum that is brought out, kept last, or of the selected class."""
        self._session.own_spectra.ask()
        self.ask.show_beside(IdentifyDialog, self._session, self._state, self)

    def _ask(self) -> None:
        state, question = self._state, self._state.question
        if question is None:
            self._runner.cancel(KIND)
            return

        def done(matches: tuple[Match, ...]) -> None:
            if question is state.question:
                state.put(matches)

        def failed(error: BaseException) -> None:
            if question is state.question:
                state.put((), explain(error, TITLE).text)

        self._runner.start(KIND, TITLE, lambda: jobs.answer(question), done, failed=failed)

    # --- deeds of the dialog -------------------------------------------------------------------

    def _told(self, doing: str) -> Callable[[BaseException], None]:
        return lambda error: self._state.tell(explain(error, doing).text)

    def keep(self, matches: tuple[Match, ...]) -> None:
        """Show curves of entries among the kept spectra, as they are in the library."""
        for match in matches:
            entry = match.entry
            curve = (entry.name, entry.reflectance, entry.deviation)
            self._session.spectra.overlay(entry.wavelengths, [curve], entry.collection)

    def make_class(self, match: Match) -> None:
        """Add a class called like an entry that expects its curve, as one step."""
        session, item, entry = self._session, self._session.cubes.current, match.entry
        range_nm = None if item is None else item.cube.range_nm
        try:
            words = taken((), entry, range_nm)
            classes = session.classes.added(
                _free(entry.name, session.classes.names), taken=ids_taken(session), material=entry.group
            )
            new = classes.classes[-1]
            classes = classes.changed(new.id, descriptions=words)
        except S3FNError as error:
            self._told("")(error)
            return
        session.push_classes(classes, tr("Make a class of {name}", name=entry.name))
        session.select_class(new.id)
        text = tr(
            "Class {name} has the expected spectrum of {entry}. Ctrl+Z undoes it.",
            name=new.name,
            entry=entry.name,
        )
        self._state.tell(text)


def _free(name: str, names: tuple[str, ...]) -> str:
    """The name, with a number where a class is called so already."""
    number, free = 1, name
    while free in names:
        number += 1
        free = f"{name} {number}"
    return free
