"""Changes of classes that ask first, or concern more than the class."""

from __future__ import annotations

from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_gui.labels.drawing.painting import PAINTING_TOOLS, Painting
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
        if target is None:
            return
        if target.id in session.locked:
            session.report("info", tr("{name} is locked; unlock it to delete it.", name=target.name))
            return
        labels, away = self._pixels([target.id])
        question = plural(
            "Delete {name}? Its only labelled pixel is also deleted.",
            "Delete {name}? Its {count:,} labelled pixels are also deleted.",
            labels,
            name=target.name,
        )
        if not labels or self.ask.confirm(question + away, tr("Delete")):
            class_edits.delete_class(session, target.id)

    def merge(self) -> None:
        """Merge the classes chosen in the list into the selected one."""
        session, target = self._session, self._session.current_class
        gone = [i for i in self._looks.chosen if i != session.class_id]
        if target is None or not gone:
            return
        if locked := [session.classes[i].name for i in gone if i in session.locked]:
            text = plural(
                "{names} is locked; unlock it to merge it.",
                "{names} are locked; unlock them to merge them.",
                len(locked),
                names=listed(locked),
            )
            session.report("info", text)
            return
        labels, away = self._pixels(gone)
        question = plural(
            "Merge {names} into {name}? One labelled pixel changes its class.",
            "Merge {names} into {name}? {count:,} labelled pixels change their class.",
            labels,
            names=listed([session.classes[i].name for i in gone]),
            name=target.name,
        )
        if self.ask.confirm(question + away, tr("Merge")):
            class_edits.merge_classes(session, target.id, gone)

    def _pixels(self, ids: list[int]) -> tuple[int, str]:
        """Labelled pixels of some classes, and a sentence about those in missing cubes, if there are any."""
        away = pixels_away(self._session, ids)
        here = sum(int(item.counts[ids].sum()) for item in self._session.cubes.items)
        if not away:
            return here, ""
        text = plural(
            "One labelled pixel is in a missing cube.",
            "{count:,} labelled pixels are in missing cubes.",
            away,
        )
        return here + away, f" {text}"

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
            text = tr(
                "What you paint on {name} now becomes a new class. Select another class to stop.",
                name=target.name,
            )
            session.report("info", text)

    def show_all(self) -> None:
        """Draw the labels of every class again."""
        for class_id in self._looks.hidden:
            self._looks.set_hidden(class_id, False)
