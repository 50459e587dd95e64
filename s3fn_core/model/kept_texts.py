"""Sentences that files of models and trainings keep in English, and that their readers see in their language.

They say how labels were held out, what was changed of a preset, which classifier it is, and
what was computed on.
"""

from __future__ import annotations

from s3fn_core.languages import kept, shown

WHOLE_CUBES = kept("whole cubes")
BLOCKS = kept("blocks of {size} pixels")
WHOLE_OBJECTS = kept("whole objects")
OBJECTS_OR = kept("whole objects and, where there is none, {rest}")
FOLDS = kept("{folds} folds of {units}, margin {margin} pixels")
RANDOM_FOLDS = kept("{folds} folds of single random pixels, no margin")
CROSSED = kept("cross-validation over {folds}")
ONE_FOLD = kept("one of {folds}, held out from the model that is kept")
REGIONS = kept(
    "{count} labelled pixels in the given test regions, held out from the model that is kept; margin "
    "{margin} pixels"
)
REGIONS_AND_OBJECTS = kept(
    "{count} labelled pixels in the given test regions and the objects they touch, held out from the "
    "model that is kept; margin {margin} pixels"
)
WAS_TRAINED_ON_ALL = kept("{how}; the model that is kept was then trained on all labels")
IS_TRAINED_ON_ALL = kept("{how}; the model that is kept is then trained on all labels")

NO_PART = kept("no held-out part: {reason}")
ONE_PLACE = kept(
    "some class is labelled in one place only; label every class in at least two separate places"
)
ONE_PLACE_NAMED = kept(
    "{name} is labelled in one place only; label every class in at least two separate places"
)
ONE_PLACE_EACH = kept(
    "{names} are labelled in one place only; label every class in at least two separate places"
)
ONE_OBJECT = kept("some class is labelled on one object only; label every class on at least two objects")
ONE_PIXEL = kept("some class has a single labelled pixel; label at least two of every class")
NOT_MEASURED = kept("not measured: {reason}")
NO_LABEL = kept("no label was held out")
ONLY_PROJECTION = kept(
    "only the projection was trained again, on a network that may have seen all of the labels; train as a "
    "whole to measure it"
)
NOT_YET = kept("not measured yet: the held-out folds are still being trained")
OTHER_WORDS = kept("not measured with these descriptions")

EPOCHS = kept("{count} epochs")
ENCODER = kept("encoder {name}")
POOLING = kept("pooling {name}")
TUNED = kept("tuned vectors")
SINGLE_PIXELS = kept("single pixels held out")
OTHER_FOLDS = kept("{count} folds")
SEED = kept("seed {number}")

LDA = kept("Shrinkage LDA")
FOREST = kept("Random forest")
ANGLE = kept("Spectral angle")
SVM_TITLE = kept("support vector machine")
LDA_TITLE = kept("shrinkage LDA")
FOREST_TITLE = kept("random forest")
ANGLE_TITLE = kept("spectral angle")

ONE_THREAD = kept("CPU, 1 thread")
THREADS = kept("CPU, {count} threads")

_ALL = (
    WAS_TRAINED_ON_ALL,
    IS_TRAINED_ON_ALL,
    NO_PART,
    CROSSED,
    ONE_FOLD,
    REGIONS_AND_OBJECTS,
    REGIONS,
    FOLDS,
    RANDOM_FOLDS,
    OBJECTS_OR,
    WHOLE_OBJECTS,
    WHOLE_CUBES,
    BLOCKS,
    ONE_PLACE,
    ONE_PLACE_NAMED,
    ONE_PLACE_EACH,
    ONE_OBJECT,
    ONE_PIXEL,
    NOT_MEASURED,
    NO_LABEL,
    ONLY_PROJECTION,
    NOT_YET,
    OTHER_WORDS,
    EPOCHS,
    ENCODER,
    POOLING,
    TUNED,
    SINGLE_PIXELS,
    OTHER_FOLDS,
    SEED,
    LDA,
    FOREST,
    ANGLE,
    SVM_TITLE,
    LDA_TITLE,
    FOREST_TITLE,
    ANGLE_TITLE,
    ONE_THREAD,
    THREADS,
)


def told(text: object) -> str:
    """A sentence of a file in the language in use; what is none of these stays as it is."""
    return shown(str(text), _ALL)


def told_changes(changes: str) -> str:
    """What was changed of a preset (``settings_text.changes_of_preset``) in the language in use."""
    return ", ".join(map(told, changes.split(", ")))


def why_unmeasured(sentence: str) -> str:
    """Why nothing is held out, as a part of a sentence in the language in use."""
    for template in (NO_PART, NOT_MEASURED):
        sentence = sentence.removeprefix(template.format(reason=""))
    return told(sentence)
