"""The next place to label: where the view goes, what is passed over, and what ends it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.treatment import Mask
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import Prediction, predict
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run
from s3fn_gui.cubes.jobs import prepare
from s3fn_gui.session import class_edits
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import LINES, SAMPLES, WAVELENGTHS, Hands, scene_array, scene_cube

BETWEEN = (slice(20, 28), slice(15, 25))
"""Where the spectra lie between those of the two classes."""


def doubtful_cube() -> Cube:
    array = scene_array()
    array[BETWEEN] = 0.4 + np.random.default_rng(5).normal(0, 0.02, array[BETWEEN].shape)
    return Cube(array, "scene", wavelengths=WAVELENGTHS)


def label_ids() -> np.ndarray:
    ids = np.zeros((LINES, SAMPLES), np.uint8)
    for line in range(1, 18, 8):
        ids[line : line + 3, 2:5], ids[line : line + 3, 34:37] = 1, 2
    return ids


@pytest.fixture(scope="module")
def trained() -> tuple[S3FNModel, Cube]:
    """A quick model of the two halves."""
    cube = doubtful_cube()
    classes = ClassSet().added("rise").added("fall")
    config = preset("quick")
    return run(train([LabelledCube(cube, label_ids())], classes, config, device="cpu")).model, cube


@pytest.fixture
def mapped(hands: Hands, trained: tuple[S3FNModel, Cube]) -> Hands:
    """Its map is shown; the labels are those it was trained on."""
    model, cube = trained
    open_labelled(hands, cube)
    hands.session.set_model(model)
    show_map(hands)
    return hands


def open_labelled(hands: Hands, cube: Cube) -> None:
    hands.session.cubes.add(prepare(cube))
    for name in ("rise", "fall"):
        class_edits.add_class(hands.session, name)
    paint(hands, label_ids() == 1, 1)
    paint(hands, label_ids() == 2, 2)


def current(hands: Hands) -> OpenCube:
    assert hands.session.cubes.current is not None
    return hands.session.cubes.current


def paint(hands: Hands, where: np.ndarray, class_id: int) -> None:
    item = current(hands)
    hands.session.push_labels(item, item.labels.edit((0, 0, *where.shape), where, class_id), "Paint")


def show_map(hands: Hands) -> Prediction:
    item, model = current(hands), hands.session.model
    assert model is not None
    found = run(predict(model, item.cube, device="cpu"))
    hands.session.cubes.set_prediction(item.key, found)
    return found


def go_on(hands: Hands) -> tuple[int, int]:
    """Trigger the command and wait for another place."""
    state = hands.states.next_place
    before = state.place
    hands.trigger("label.next_place")
    hands.until(lambda: state.place is not before)
    assert state.position is not None
    return state.position


def middle(hands: Hands) -> tuple[float, float]:
    point = hands.window.cube_view.box.viewRect().center()
    return point.y() - 0.5, point.x() - 0.5


def ringed(hands: Hands) -> bool:
    return len(hands.window.image.place_layer.ring.data) > 0


def test_the_view_goes_to_the_place_and_says_why(mapped: Hands) -> None:
    mapped.trigger("label.brush")
    line, sample = go_on(mapped)
    assert BETWEEN[0].start - 2 <= line < BETWEEN[0].stop + 2
    assert BETWEEN[1].start - 2 <= sample < BETWEEN[1].stop + 2
    assert middle(mapped) == pytest.approx((line, sample))
    assert mapped.window.image.place_layer.ring.data["x"][0] == sample + 0.5
    assert mapped.message == f"Label here: {mapped.states.next_place.place.reason}. D goes on, Esc ends."
    assert mapped.session.view.tool == "brush"
    QTest.keyClick(mapped.window.cube_view.canvas, Qt.Key.Key_Escape)
    assert not ringed(mapped)


def test_a_place_passed_over_does_not_come_back_and_the_map_is_worked_out_once(mapped: Hands) -> None:
    flow, seen = mapped.window.flows.next_place, [go_on(mapped)]
    first = flow._known
    assert first is not None
    seen += [go_on(mapped) for _ in range(3)]
    assert flow._known is first
    assert len(set(seen)) == 4
    assert mapped.states.next_place.skipped[current(mapped)] == set(seen[:3])
    show_map(mapped)
    assert go_on(mapped) not in seen
    assert flow._known is not first
    assert flow._known is not None
    assert flow._known.groups is first.groups


def test_a_label_counts_at_once(mapped: Hands) -> None:
    line, sample = go_on(mapped)
    where = np.zeros((LINES, SAMPLES), bool)
    where[line - 1 : line + 2, sample - 1 : sample + 2] = True
    paint(mapped, where, 1)
    shown = current(mapped).prediction
    after = go_on(mapped)
    assert current(mapped).prediction is shown
    assert max(abs(after[0] - line), abs(after[1] - sample)) > 1
    assert not mapped.states.next_place.skipped  # it was labelled, not passed over


def test_without_a_map_it_says_what_is_missing(hands: Hands) -> None:
    hands.open_scene()
    hands.trigger("label.next_place")
    assert hands.message == "There is no map to search for doubtful places. Press Train or Live first."
    hands.trigger("file.close_cube")
    assert not hands.window.actions_by_id["label.next_place"].isEnabled()


def test_where_nothing_is_in_doubt_it_says_so(hands: Hands) -> None:
    open_labelled(hands, scene_cube())
    ids = np.where(np.arange(SAMPLES) < SAMPLES // 2, 1, 2).astype(np.uint8) * np.ones((LINES, 1), np.uint8)
    sure = np.stack([ids == 1, ids == 2], -1).astype(np.float32)
    found = Prediction(ids, np.ones(ids.shape, np.float32), hands.session.classes, sure)
    hands.session.cubes.set_prediction(current(hands).key, found)
    hands.trigger("label.next_place")
    hands.until(lambda: hands.message.startswith("No doubtful place"))
    assert not ringed(hands)


def test_only_pixels_inside_the_mask_are_proposed(mapped: Hands) -> None:
    session, item = mapped.session, current(mapped)
    inside = np.zeros((LINES, SAMPLES), np.int32)
    inside[:26, :20] = 1
    session.push_treatment(item, replace(item.treatment, mask=Mask(inside)), "Mask")
    show_map(mapped)
    assert all(inside[go_on(mapped)] for _ in range(3))


def test_the_map_of_a_baseline_is_asked_not_the_model(mapped: Hands) -> None:
    shown = show_map(mapped)
    assert shown.next_best is not None
    sure, following = np.full(shown.ids.shape, 0.9, np.float32), shown.next_best.copy()
    following.ids[..., 0], following.shares[..., 0] = 3 - shown.ids, 13
    sure[3:9, 6:12], following.shares[3:9, 6:12, 0] = 0.6, 100  # where the model is sure
    baseline = replace(shown, confidence=sure, next_best=following, maker="SVM", novelty=None)
    mapped.session.cubes.set_prediction(current(mapped).key, baseline)
    line, sample = go_on(mapped)
    assert 3 <= line < 9
    assert 6 <= sample < 12
    assert mapped.message.startswith("Label here, by the map of SVM: rise 60 %, fall 39 %.")


def test_a_live_map_has_its_probabilities(mapped: Hands) -> None:
    def drawn() -> bool:
        found = current(mapped).prediction
        return found is not None and found.live and not found.partial

    mapped.trigger("model.live")
    mapped.until(drawn)
    go_on(mapped)
    flow = mapped.window.flows.next_place
    known, shown = flow._known, current(mapped).prediction
    assert known is not None
    assert shown is not None
    assert known.mapped is shown
    mapped.session.cubes.set_prediction(current(mapped).key, replace(shown, partial=True, probabilities=None))
    go_on(mapped)  # the map of before serves while the next one is drawn
    assert flow._known is known


def test_a_map_of_the_best_classes_needs_its_model(mapped: Hands) -> None:
    voted = replace(show_map(mapped), next_best=None, metrics={})
    mapped.session.cubes.set_prediction(current(mapped).key, voted)
    go_on(mapped)
    mapped.session.model = None
    mapped.session.cubes.set_prediction(current(mapped).key, replace(voted))
    mapped.trigger("label.next_place")
    mapped.until(lambda: "stores only the best class" in mapped.message)
    mapped.trigger("label.next_place")  # it may be asked again


def test_another_cube_none_or_a_validation_ends_it(mapped: Hands) -> None:
    go_on(mapped)
    mapped.session.view.set_blind(True)  # who validates the map is told nothing of its doubt
    assert not ringed(mapped)
    assert not mapped.window.actions_by_id["label.next_place"].isEnabled()
    mapped.session.view.set_blind(False)
    go_on(mapped)
    go_on(mapped)
    first = current(mapped)
    assert mapped.states.next_place.skipped
    mapped.open_scene()
    assert mapped.states.next_place.place is None
    assert not ringed(mapped)
    mapped.session.cubes.select(first.key)
    mapped.trigger("label.next_place")
    mapped.trigger("file.close_cube")  # while it is looked for
    assert first not in mapped.states.next_place.skipped
    QTest.qWait(300)
    assert mapped.states.next_place.place is None


def test_the_view_stays_at_the_place_while_a_class_is_chosen_and_the_label_ends_it(mapped: Hands) -> None:
    """A class without a key is clicked in the list, which else brings its labels into view."""
    place = go_on(mapped)
    mapped.window.cube_view.zoom.by(4.0)
    before = middle(mapped)
    table = mapped.window.panels.classes.table
    for _ in range(2):
        table.cellClicked.emit(1, 1)
    assert middle(mapped) == before
    where = np.zeros((LINES, SAMPLES), bool)
    where[place] = True
    paint(mapped, where, 2)
    assert not ringed(mapped)
    mapped.until(lambda: mapped.message == "")
    table.cellClicked.emit(0, 1)
    assert middle(mapped) != before
