"""Makes the pictures of training, results, validation, objects and export.

Run by ``make pictures`` after :mod:`docs.make_pictures`; the scene is simulated.
"""

from __future__ import annotations

from docs.make_pictures import Album, album, mask_recipe
from s3fn_core.progress import run
from s3fn_core.types import IdArray
from s3fn_gui.base.ask import Ask
from s3fn_gui.results.validation.draw_dialog import DrawChoice, DrawDialog
from s3fn_gui.shell.demo import DemoAnswers, Prepared, prepare

TRAINING_SECONDS = 900
POINTS_OF_EACH = 12


class Answers(DemoAnswers):
    """Those of the demonstration, and how many points to draw."""

    def answer(self, make, *args, **options):  # type: ignore[no-untyped-def]
        """Answer without a dialog."""
        if make is DrawDialog:
            return DrawChoice(dict.fromkeys(args[0].unlabelled, POINTS_OF_EACH), 1, True)
        return super().answer(make, *args, **options)


def train(album: Album, prepared: Prepared) -> None:
    """A mask and labels; the training when it is done, and what it says of the labels."""
    window, session = album.window, album.session
    album.open_labelled(prepared, mask_recipe)
    album.arrange("train")
    window.actions_by_id["train.start"].trigger()
    album.until(lambda: session.model is not None, TRAINING_SECONDS)  # a first map comes earlier
    album.rest()
    window.message_bar.hide()
    album.take("train")


def judge(album: Album) -> None:
    """The results with a cell of the confusion matrix, and what would be exported."""
    window = album.window
    album.arrange("judge")
    window.message_bar.hide()
    album.take("judge")
    window.context.ask = Ask(window, window.settings)
    album.dialog("file.export", "export")


def validate(album: Album, truth: IdArray) -> None:
    """Points drawn and answered by the truth, up to one that waits for its class."""
    window, session, states = album.window, album.session, album.states
    item = session.cubes.current
    assert item is not None
    window.context.ask = Answers(window, item.path.parent)
    window.actions_by_id["validate.draw"].trigger()
    album.until(lambda: item.validation)
    album.show("validation")
    window.actions_by_id["validate.label"].trigger()
    points = item.validation
    assert points is not None
    for line, sample in points.points[: int(0.7 * len(points))].tolist():
        window.flows.labelling.answer(int(truth[line, sample]) or 1)
    assert states.validation.is_labelling
    window.message_bar.hide()
    album.take("validate")
    window.flows.labelling.leave()


def objects(album: Album) -> None:
    """What the model says of whole fruit."""
    window = album.window
    album.arrange("objects")
    album.rest()
    window.actions_by_id["view.fit"].trigger()
    window.actions_by_id["objects.classify"].trigger()
    album.rest()
    window.message_bar.hide()
    album.take("objects")


def main() -> None:
    """All pictures."""
    with album() as (book, folder):
        prepared = run(prepare(folder))
        train(book, prepared)
        judge(book)
        validate(book, prepared.scene.truth)
        objects(book)


if __name__ == "__main__":
    main()
