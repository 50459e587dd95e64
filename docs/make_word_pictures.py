"""Makes the pictures of descriptions: what they claim, what an edit does, what the library proposes.

Run by ``make pictures`` after :mod:`docs.make_pictures`; the scenes are simulated.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtWidgets import QLineEdit

from docs.make_pictures import Album, album
from s3fn_core.cubes.formats import write_envi
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import run
from s3fn_core.words.library.bundled import bundled
from s3fn_gui.shell.demo import Prepared, prepare
from s3fn_gui.words.description_edits import describe_class
from s3fn_gui.words.library.entry_dialog import EntryDialog

TRAINING_SECONDS = 900
SHORE = {
    "soil": {"bare soil": 0.8, "dry grass": 0.2},
    "tree": {"deciduous tree canopy": 0.7, "shrubs and bushes": 0.3},
    "water": {"lake or river water": 1.0},
}
"""What the classes of the third scene are made of: shares of materials of the library."""


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


def write_shore(folder: Path) -> Path:
    """Strips of soil, trees and water, each brighter and darker in places, with noise."""
    noise, wavelengths = np.random.default_rng(3), np.linspace(401, 889, 156)
    known = {one.name: one.at(wavelengths) for one in bundled()}
    strips = []
    for shares in SHORE.values():
        mean = sum(share * known[name] for name, share in shares.items())
        strips.append(
            mean * noise.normal(1.2, 0.15, (60, 20, 1)) + noise.normal(0, 0.004, (60, 20, len(mean)))
        )
    return write_envi(np.hstack(strips).astype(np.float32), folder / "shore.hdr", wavelengths)


def library(album: Album, folder: Path) -> None:
    """What the library proposes for a class that has labels."""
    window, session = album.window, album.session
    window.flows.opening.open_cube(write_shore(folder))
    album.until(lambda: session.cubes.current)
    item = session.cubes.current
    assert item is not None
    session.push_classes(ClassSet.of(*SHORE), "Classes")
    labels = np.zeros((60, 60), np.uint8)
    for number, class_id in enumerate(session.classes.ids):
        labels[25:35, 20 * number + 5 : 20 * number + 15] = class_id
    session.push_labels(item, item.labels.replace_all(labels), "Labels")
    session.select_class(session.classes.ids[1])
    album.rest()  # the means of the classes
    window.actions_by_id["words.library"].trigger()
    album.until(lambda: album.states.library.answer)
    dialog = window.findChild(EntryDialog)
    assert dialog is not None
    album.take("library", dialog)
    dialog.close()


def main() -> None:
    """All pictures."""
    with album() as (book, folder):
        describe(book, run(prepare(folder)))
        follow(book)
    with album() as (book, folder):
        library(book, folder)


if __name__ == "__main__":
    main()
