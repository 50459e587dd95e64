"""Named conditions: when a command may be used, said once for all rooms."""

from __future__ import annotations

from s3fn_gui.session.session import Session


class Conditions:
    """What there is now, as functions without arguments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def cube(self) -> bool:
        """A cube is open."""
        return self._session.cubes.current is not None

    def mask(self) -> bool:
        """The current cube has a mask."""
        item = self._session.cubes.current
        return item is not None and item.treatment.mask is not None

    def labels(self) -> bool:
        """The current cube has labels."""
        item = self._session.cubes.current
        return item is not None and bool(item.counts[1:].any())

    def map(self) -> bool:
        """The current cube has a classification map."""
        item = self._session.cubes.current
        return item is not None and item.prediction is not None

    def classes(self) -> bool:
        """There are classes."""
        return len(self._session.classes) > 0

    def current_class(self) -> bool:
        """A class is selected."""
        return self._session.current_class is not None

    def cube_and_class(self) -> bool:
        """A cube is open and a class is selected."""
        return self.cube() and self.current_class()

    def model(self) -> bool:
        """A model was trained or opened."""
        return self._session.model is not None

    def content(self) -> bool:
        """There is something that a project could keep."""
        return self.cube() or self.classes()
