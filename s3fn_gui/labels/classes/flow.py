"""Changes of classes that ask first, or concern more than the class."""

from __future__ import annotations

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_gui.labels.drawing.painting import Painting
from s3fn_gui.labels.drawing.tools import PAINTING_TOOLS
from s3fn_gui.session import class_edits
from s3fn_gui.session.class_ids import pixels_away
from s3fn_gui.session.context import Context, Flow


class ClassFlow(Flow):
    """Adds, moves, merges, splits and deletes the class that is selected."""

    def __init__(self, context: Context, painting: Painting) -> None:
        super().__init__(context)
        self._looks = context.session.class_looks
        self._painting = painting
        self._looks.changed.connect(self._session.touch_project)

    def add(self) -> None:
        """Add a class, let the user name it, and take the brush to paint it."""
        class_edits.add_class(self._session)
        if self._session.view.tool in ("pan", "inspect"):
            self._session.view.set_tool("brush")
        self._looks.name_asked.emit()

    def recolour(self) -> None:
        """Ask for another colour of the selected class."""
        target = self._session.current_class
        colour = None if target is None else self.ask.colour(target.color)
        if target is not None and colour is not None:
            class_edits.recolour_class(self._session, target.id, colour)

    def choose(self, place: int) -> None:
        """Select the class at a place of the list."""
        if place < len(self._session.classes):
            self._session.select_class(self._session.classes.ids[place])

    def hide(self, on: bool) -> None:
        """Do not draw the labels of the selected class."""
        if (target := self._session.current_class) is not None:
            self._looks.set_hidden(target.id, on)

    def lock(self, on: bool) -> None:
        """Keep the labels of the selected class from every tool."""
        if (target := self._session.current_class) is not None:
            self._looks.set_locked(target.id, on)

    def move(self, steps: int) -> None:
        """Move the selected class in the list."""
        session = self._session
        if session.class_id in session.classes.ids:
            place = session.classes.ids.index(session.class_id)
            class_edits.move_class(session, session.class_id, place + steps)

    def delete(self) -> None:
        """Delete the selected class, after asking where labels go with it."""
        session, target = self._session, self._session.current_class
        if target is None or self._is_locked([target.id], "delete"):
            return
        labels, away = self._pixels([target.id])
        question = tr(
            "Delete {name}? Its {labels:,} labelled pixels are also deleted{away}.",
            name=target.name,
            labels=labels,
            away=away,
        )
        if not labels or self.ask.confirm(question, tr("Delete")):
            class_edits.delete_class(session, target.id)

    def merge(self) -> None:
        """Merge the classes chosen in the list into the selected one."""
        session, target = self._session, self._session.current_class
        gone = [i for i in self._looks.chosen if i != session.class_id]
        if target is None or not gone or self._is_locked(gone, "merge"):
            return
        labels, away = self._pixels(gone)
        names = listed([session.classes[i].name for i in gone])
        question = tr(
            "Merge {names} into {name}? {labels:,} labelled pixels change their class{away}.",
            names=names,
            name=target.name,
            labels=labels,
            away=away,
        )
        if self.ask.confirm(question, tr("Merge")):
            class_edits.merge_classes(session, target.id, gone)

    def _is_locked(self, ids: list[int], verb: str) -> bool:
        """Whether labels of a locked class would change; if so, say so."""
        session = self._session
        locked = [session.classes[i].name for i in ids if i in session.locked]
        if locked:
            one = plural("is locked; unlock it", "are locked; unlock them", len(locked))
            session.report("info", tr("{locked} {one} to {verb}.", locked=listed(locked), one=one, verb=verb))
        return bool(locked)

    def _pixels(self, ids: list[int]) -> tuple[int, str]:
        """Labelled pixels of some classes, and how many of them are in missing cubes, in words."""
        away = pixels_away(self._session, ids)
        here = sum(int(item.counts[ids].sum()) for item in self._session.cubes.items)
        return here + away, tr(", {away:,} of them in missing cubes", away=away) if away else ""

    def split(self, on: bool) -> None:
        """The brush, where the tool in use would paint nothing."""
        session, target = self._session, self._session.current_class
        splitting = self._painting.splitting
        if not on:
            splitting.end()
            return
        splitting.begin()
        if target is not None and splitting.source is not None:
            if session.view.tool not in PAINTING_TOOLS:
                session.view.set_tool("brush")
            session.report(
                "info",
                tr(
                    "What you paint on {name} now becomes a new class. Select another class to stop.",
                    name=target.name,
                ),
            )

    def show_all(self) -> None:
        """Draw the labels of every class again."""
        for class_id in self._looks.hidden:
            self._looks.set_hidden(class_id, False)
