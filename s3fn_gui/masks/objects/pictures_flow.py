"""Pictures for the rows of the table of objects that are in view."""

from __future__ import annotations

from s3fn_core.cubes.viewing.display import ByteImage
from s3fn_core.languages import tr
from s3fn_gui.base.timers import resting
from s3fn_gui.masks.objects.pictures import Cutting, cut
from s3fn_gui.masks.objects.state import ObjectsState, Place
from s3fn_gui.session.context import Context, Flow

KIND, TITLE = "object pictures", tr("Cutting pictures of objects")
REST_MS = 20  # a table asks for its rows one by one
MOST = 100  # at a time: of a table that is scrolled fast, only the last rows are still in view


class PicturesFlow(Flow):
    """Cuts what the table has asked for; the rows that were painted last come first."""

    def __init__(self, context: Context, state: ObjectsState) -> None:
        super().__init__(context)
        self._state = state
        self._rest = resting(self, self._cut, REST_MS)
        state.picture_wanted.connect(self._rest.start)

    def _cut(self) -> None:
        if self._runner.get(KIND) is not None:
            return
        places = reversed(self._state.take_wanted()[-MOST:])
        wanted = [one for place in places if (one := self._cutting(place)) is not None]
        if wanted:

            def done(found: dict[Place, ByteImage]) -> None:
                true = [one.place for one in wanted if self._is_true(one)]
                self._state.pictures_cut.emit({place: found[place] for place in true})
                self._cut()

            self._runner.start(KIND, TITLE, lambda: cut(wanted), done, brief=True)

    def _cutting(self, place: Place) -> Cutting | None:
        """None where the object is gone, or its mask is not of the picture."""
        tray = self._state.trays.get(place[0])
        if tray is None or place[1] not in tray.rows:
            return None
        image, objects = self._session.cubes.item(place[0]).colour.image, tray.mask.objects
        fits = image.shape[:2] == objects.shape
        return Cutting(place, image, objects, tray.rows[place[1]].box) if fits else None

    def _is_true(self, one: Cutting) -> bool:
        """Whether the cube is still shown so, with the same objects."""
        now = self._cutting(one.place)
        return now is not None and now.image is one.image and now.objects is one.objects
