"""The live map: that of the quick preset, in parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import Prediction, predict, predict_from_words
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.model.live import LiveMap, told
from s3fn_core.progress import run
from s3fn_core.types import IdArray
from tests.core.model.scenes import classes, some_labels, stripes

SPECTRA = (
    "Expected reflectance: 500 nm 10 %, 700 nm 28 %, 960 nm 50 %.",
    "Expected reflectance: 500 nm 40 %, 680 nm 15 %, 960 nm 40 %.",
    "Expected reflectance: 500 nm 2 %, 700 nm 2 %, 960 nm 2 %.",
)
LARGE = (150, 140)


def described(count: int = 2) -> ClassSet:
    found = ClassSet()
    for number in range(1, count + 1):
        found = found.added(f"class {number}")
        found = found.changed(number, descriptions=(Description(SPECTRA[number - 1]),))
    return found


def quick(cube: Cube, labels: IdArray, known: ClassSet) -> Prediction:
    model = run(train([LabelledCube(cube, labels)], known, preset("quick"), device="cpu")).model
    return run(predict(model, cube, device="cpu"))


def drawn(live: LiveMap, cube: Cube, labels: IdArray, known: ClassSet, **options: Any) -> list[Prediction]:
    """All that is reported, and the map."""
    early: list[Prediction] = []
    last = run(
        live.draw([LabelledCube(cube, labels)], known, cube, **options),
        lambda p: early.append(p.early) if isinstance(p.early, Prediction) else None,
    )
    return [*early, last]


def assert_same(found: Prediction, wanted: Prediction) -> None:
    np.testing.assert_array_equal(found.ids, wanted.ids)
    np.testing.assert_allclose(found.confidence, wanted.confidence, atol=1e-5)
    assert found.next_best is not None
    assert wanted.next_best is not None
    apart = found.next_best.shares.astype(int) - wanted.next_best.shares
    assert np.abs(apart).max() <= 1
    if wanted.novelty is None:
        assert found.novelty is None
    else:
        assert found.novelty is not None
        # It is a root: what processors round differently shows where it is nearly 0.
        np.testing.assert_allclose(found.novelty**2, wanted.novelty**2, rtol=1e-4, atol=1e-5)
    assert found.classes == wanted.classes
    assert (found.notes, found.from_words) == (wanted.notes, wanted.from_words)


@pytest.mark.parametrize("known", [classes(), described()], ids=["plain words", "spectra in words"])
def test_it_is_the_map_of_the_quick_preset(known: ClassSet) -> None:
    cube, live = stripes(*LARGE), LiveMap()
    for seed in (0, 1):  # the second time much is known
        labels = some_labels(cube, seed=seed)
        *_, last = drawn(live, cube, labels, known, focus=(20, 100), view=(0, 64, 70, 140))
        assert_same(last, quick(cube, labels, known))
        assert last.live
        assert not last.partial
        assert last.probabilities is not None
        np.testing.assert_array_equal(last.probabilities.max(-1), last.confidence)
        likeliest = np.array(known.ids)[last.probabilities.argmax(-1)]
        np.testing.assert_array_equal(np.where(last.ids > 0, likeliest, 0), last.ids)


def test_what_is_looked_at_comes_first() -> None:
    cube = stripes(*LARGE)
    labels = some_labels(cube)
    first, *_, last = drawn(LiveMap(), cube, labels, classes(), focus=(120, 20))
    assert first.partial
    assert (first.ids[100:140, :40] == last.ids[100:140, :40]).all()
    assert not first.ids[:40, 100:].any()


def test_the_rest_stays_as_it_was_until_it_is_drawn() -> None:
    cube = stripes(*LARGE)
    labels, live = some_labels(cube), LiveMap()
    before = np.full(LARGE, 2, np.uint8)
    before[0, 139] = 9  # a class that was deleted meanwhile
    old = Prediction(before, np.ones(LARGE, np.float32), described(2))
    first, *_ = drawn(live, cube, labels, classes(), focus=(120, 20), before=old)
    assert (first.ids[:40, 100:139] == 2).all()
    assert first.ids[0, 139] == 0


def test_reported_maps_do_not_change_afterwards() -> None:
    cube, kept = stripes(*LARGE), []
    operation = LiveMap().draw([LabelledCube(cube, some_labels(cube))], classes(), cube, focus=(0, 0))

    def keep(progress: Any) -> None:
        if progress.early is not None:
            kept.append((progress.early, progress.early.ids.copy()))

    run(operation, keep)
    assert kept
    assert all((early.ids == ids).all() for early, ids in kept)


def test_words_alone_make_the_map_where_there_are_no_labels() -> None:
    cube = stripes(*LARGE)
    *_, last = drawn(LiveMap(), cube, np.zeros(LARGE, np.uint8), described())
    assert_same(last, run(predict_from_words(described(), cube)))


def test_a_class_known_by_words_alone_is_mapped_beside_labelled_ones() -> None:
    cube = stripes()
    cube = cube.with_(reflectance=True)
    labels, known = some_labels(cube), described(3)
    *_, last = drawn(LiveMap(), cube, labels, known)
    assert_same(last, quick(cube, labels, known))
    assert last.classes == known


def test_a_class_that_nothing_is_known_of_waits() -> None:
    cube = stripes()
    labels, known = some_labels(cube), classes().added("new")
    *_, last = drawn(LiveMap(), cube, labels, known)
    assert last.classes.names == ("rising", "dipped")
    assert_same(last, quick(cube, labels, classes()))


@pytest.mark.parametrize(("known", "labelled"), [(ClassSet(), 0), (classes(), 0), (classes(), 1)])
def test_it_says_what_is_missing(known: ClassSet, labelled: int) -> None:
    cube = stripes()
    labels = some_labels(cube)
    labels[labels > labelled] = 0
    with pytest.raises(LabelError, match=r"Label two classes, or state .*(none|only rising) has"):
        told([LabelledCube(cube, labels)], known)


def test_a_cube_in_which_everything_is_background_has_an_empty_map() -> None:
    cube = stripes()
    empty = replace(cube, data=np.zeros(cube.shape, np.float32), name="empty")
    live = LiveMap()
    data = [LabelledCube(cube, some_labels(cube))]
    assert not run(live.draw(data, classes(), empty)).ids.any()


class Counted:
    """Values that count how often they are read."""

    def __init__(self, data: Any) -> None:
        self.data, self.read = data, 0
        self.shape, self.dtype = data.shape, data.dtype

    def __getitem__(self, key: Any) -> Any:
        part = self.data[key]
        self.read += part.size
        return part


def test_the_next_map_reads_less() -> None:
    counted = Counted(stripes(*LARGE).data)
    cube = stripes(*LARGE).with_(data=counted)
    live, reads = LiveMap(), []
    for seed in (0, 1):
        before = counted.read
        drawn(live, cube, some_labels(stripes(*LARGE), seed=seed), classes())
        reads.append(counted.read - before)
    assert reads[1] < 0.8 * reads[0]


def test_what_each_member_answers_for_a_pixel() -> None:
    cube, known = stripes(*LARGE), described()
    labels = some_labels(cube)
    model = run(train([LabelledCube(cube, labels)], known, preset("quick"), device="cpu")).model
    found = run(predict(model, cube, device="cpu", smooth=False))
    features = compute_features(model, cube, device="cpu")
    again = run(Rescorer(run(features)).classify(replace(model, smoothing=0.0)))
    for position in ((3, 5), (120, 80)):
        for made in (found, again):
            assert made.member_answers is not None
            *alone, together = made.member_answers(position)
            assert together.name == "Ensemble"
            assert together.class_id == made.ids[position]
            assert together.share == pytest.approx(float(made.confidence[position]), abs=1e-4)
            assert {answer.name for answer in alone} <= {"Spectra", "Words"}  # quick: there is no network
            assert "Spectra" in {answer.name for answer in alone}
        best = found.best_at(*position)
        assert best[0] == (int(found.ids[position]), float(found.confidence[position]))
        assert [share for _, share in best] == sorted((share for _, share in best), reverse=True)
    *_, live = drawn(LiveMap(), cube, labels, known)
    assert live.member_answers is not None
    assert {answer.name for answer in live.member_answers((3, 5))} >= {"Spectra", "Ensemble"}
    assert run(predict_from_words(known, cube)).member_answers is None
