"""Makes the pictures of descriptions: what they claim, and what an edit does.

Run by ``make pictures`` after :mod:`docs.make_pictures`; the scene is simulated.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from docs.make_pictures import Album, album
from s3fn_core.progress import run
from s3fn_gui.shell.demo import Prepared, prepare
from s3fn_gui.words.description_edits import describe_class

TRAINING_SECONDS = 900


def describe(album: Album, prepared: Prepared) -> None:
    """Labels and words: the claims are marked in the text and on the spectrum."""
    window, session = album.window, album.session
    album.open_labelled(prepared)
    window.message_bar.hide()
    session.select_class(session.classes.ids[0])
    album.arrange("describe")
    album.take("words")
    album.show("similarity")
    album.until(lambda: album.states.similarity.fresh)
    album.take("similarity", window.docks["similarity"])


def follow(album: Album) -> None:
    """A trained model, and the map in other words."""
    window, session = album.window, album.session
    item = session.cubes.current
    assert item is not None
    window.actions_by_id["train.start"].trigger()
    album.until(lambda: session.model is not None, TRAINING_SECONDS)  # a first map comes earlier
    album.rest()
    window.message_bar.hide()
    other = session.classes.classes[1]
    describe_class(session, session.classes.ids[0], other.text)
    album.until(lambda: item.prediction is not None and item.prediction.before is not None)
    album.arrange("judge")
    album.take("follow")
    window.actions_by_id["rescore.back"].trigger()
    for name, text in (("probe_phrase", "green and firm"), ("probe_against", "brown and soft")):
        field = window.findChild(QLineEdit, name)
        assert field is not None
        field.setText(text)
    album.show("probe")
    window.actions_by_id["words.probe"].trigger()
    album.until(lambda: album.states.probe.heat)
    album.take("probe")


def main() -> None:
    """All pictures."""
    with album() as (book, folder):
        describe(book, run(prepare(folder)))
        follow(book)


if __name__ == "__main__":
    main()
