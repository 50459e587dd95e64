"""Treating a cube in the window: undoable, drawn again, and kept by the project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Mask, Metadata, Treatment
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.errors import CubeError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.model.applying.inference import Prediction
from s3fn_gui.session.cube import OpenCube
from tests.gui.support import Hands


def halves(hands: Hands) -> Mask:
    item = hands.session.cubes.current
    assert item is not None
    objects = np.zeros(item.labels.shape, np.int32)
    objects[:, 20:] = 1
    return Mask(objects)


def a_map(item: OpenCube) -> Prediction:
    ids = np.zeros(item.labels.shape, np.uint8)
    return Prediction(ids, np.zeros(ids.shape, np.float32), ClassSet())


def test_a_treatment_is_one_undo_and_is_drawn(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    before = hands.session.view.picture
    treatment = Treatment(calibration=Calibration(Reference.constant(2.0)), mask=halves(hands))
    hands.session.push_treatment(item, treatment, "Mask the left half")
    hands.until(lambda: item.is_drawn)
    picture = hands.session.view.picture
    assert picture is not None
    assert picture is not before
    assert not picture.image[:, :20].any()
    assert picture.image[:, 20:].any()
    assert np.allclose(item.cube.spectrum(3, 30), item.source.spectrum(3, 30) / 2, atol=1e-5)
    assert hands.session.undo_stack.undoText() == "Mask the left half"
    hands.trigger("edit.undo")
    assert item.cube is item.source
    hands.until(lambda: item.is_drawn)
    assert item.colour.image[:, :20].any()


def test_a_treatment_that_does_not_fit_changes_nothing(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    with pytest.raises(CubeError, match="describe"):
        hands.session.push_treatment(item, Treatment(Metadata(None, (True,), None, 1.0)), "Edit the metadata")
    assert item.treatment.is_empty
    assert not hands.session.undo_stack.canUndo()


def test_a_cube_is_treated_once_for_each_step(hands: Hands) -> None:
    hands.open_scene()
    session, item = hands.session, hands.session.cubes.current
    assert item is not None
    cubes = []
    session.cubes.treatment_changed.connect(lambda: cubes.append(item.cube))
    session.push_treatment(item, Treatment(mask=halves(hands)), "Mask")
    assert cubes == [item.cube]
    session.undo_stack.undo()
    session.undo_stack.redo()
    assert len(cubes) == 3
    assert cubes[1] is item.source


def test_other_wavelengths_give_other_colours(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    metadata = replace(Metadata.of(item.cube), wavelengths=tuple(np.linspace(1000, 1700, item.cube.bands)))
    hands.session.push_treatment(item, Treatment(metadata), "Edit the metadata")
    assert item.composite.kind == "false"
    hands.until(lambda: item.is_drawn)
    assert "nm" in item.colour.caption


def test_undo_brings_back_what_was_shown(hands: Hands) -> None:
    hands.open_scene()
    session, item = hands.session, hands.session.cubes.current
    assert item is not None
    ratio = Composite("ratio", (2, 7), limits=((0.1, 0.4),))
    item.composite = ratio
    item.single = Composite("band", (5,), limits=((0.2, 0.3),))
    item.prediction = before = a_map(item)
    single = item.single
    metadata = replace(Metadata.of(item.cube), wavelengths=tuple(np.linspace(1000, 1700, item.cube.bands)))
    session.push_treatment(item, Treatment(metadata), "Edit the metadata")
    calibration = Calibration(Reference.constant(2.0))
    session.push_treatment(item, Treatment(metadata, calibration), "Calibrate")
    session.push_treatment(item, Treatment(metadata, calibration, halves(hands)), "Mask")
    assert item.composite.kind == "false"
    assert item.composite.limits == item.single.limits == ()
    assert item.prediction is None
    item.prediction = masked = a_map(item)
    for _ in range(3):
        hands.trigger("edit.undo")
    assert (item.composite, item.single) == (ratio, single)
    assert item.prediction is before
    hands.until(lambda: item.is_drawn)
    for _ in range(3):
        hands.trigger("edit.redo")
    assert item.composite.kind == "false"
    assert item.prediction is masked


def test_undo_of_a_mask_leaves_the_picture_chosen_since(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    hands.session.push_treatment(item, Treatment(mask=halves(hands)), "Mask")
    ratio = Composite("ratio", (2, 7), limits=((0.1, 0.4),))
    item.composite = ratio
    hands.trigger("edit.undo")
    assert item.composite == ratio


def test_a_project_keeps_treatments(hands: Hands, scene_file: Path, tmp_path: Path) -> None:
    hands.open_file(scene_file)
    item = hands.session.cubes.current
    assert item is not None
    treatment = Treatment(
        replace(Metadata.of(item.cube), nodata=-1.0), Calibration(Reference.constant(2.0)), halves(hands)
    )
    hands.session.push_treatment(item, treatment, "Treat")
    expected = item.cube.read()
    hands.ask.paths["project target"] = tmp_path / "treated.s3fnproj"
    hands.trigger("file.save")
    hands.until(lambda: not hands.session.dirty)
    hands.ask.paths["project"] = tmp_path / "treated.s3fnproj"
    hands.trigger("file.open_project")
    hands.until(lambda: hands.session.cubes.current not in (None, item))
    again = hands.session.cubes.current
    assert again is not None
    assert np.array_equal(again.cube.read(), expected, equal_nan=True)
    assert again.treatment.metadata == treatment.metadata


def test_a_composite_that_cannot_be_drawn_leaves_the_picture(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    before = item.composite
    hands.session.cubes.set_composite(Composite("pca", (0, 1, 99)))
    hands.until(lambda: hands.message)
    assert item.composite == before
    hands.session.cubes.set_composite(Composite("pca", (0, 1, 2)))
    hands.until(lambda: item.is_drawn)
    assert item.colour.caption.startswith("PCA")


def test_a_band_does_not_wait_for_the_colours(hands: Hands) -> None:
    hands.open_scene()
    item = hands.session.cubes.current
    assert item is not None
    wanted = Composite("false", (0, 1, 2))
    hands.session.cubes.set_composite(wanted)
    hands.trigger("view.band")
    hands.until(lambda: hands.window.runner.get("picture") is None)
    assert item.composite == wanted  # given up for now, not for good
    hands.trigger("view.colour")
    hands.until(lambda: item.is_drawn)
    assert item.colour.composite == wanted
