"""A script from a cube to files: fit, predict, accuracy, export, other words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import s3fn_core as s3fn
from s3fn_core.cubes.simulate import simulate
from tests.core.model.scenes import QUICK, some_labels, stripes, truth

TEXTS = {"rising": "Bright in the near infrared.", "dipped": "Absorbs red light at 680 nm."}


@pytest.fixture(scope="module")
def cube() -> s3fn.Cube:
    return stripes()


@pytest.fixture(scope="module")
def model(cube: s3fn.Cube) -> s3fn.Model:
    return s3fn.fit(cube, some_labels(cube), s3fn.ClassSet.of(**TEXTS), settings=QUICK, seed=3)


def test_a_model_tells_itself_in_five_lines(model: s3fn.Model) -> None:
    lines = str(model).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "Model of 2 classes",
        "Trained",
        "Held out",
        "Split",
        "Notes",
    ]
    assert "seed 3" in lines[1]
    assert "500 to 960 nm" in lines[1]
    assert model.accuracy is not None
    assert str(model.accuracy) in lines[2]
    assert "cross-validation" in lines[3]
    assert repr(model) == "Model(rising, dipped; pixel)"


def test_out_of_fold_probabilities_and_the_figures_of_each_fold(cube: s3fn.Cube, model: s3fn.Model) -> None:
    found = model.held_out
    assert found is not None
    assert found.probability is not None
    assert found.fold is not None
    labels = some_labels(cube)
    np.testing.assert_array_equal(labels[tuple(found.pixels.T)], found.truth)
    ids = np.array(model.classes.ids)
    np.testing.assert_array_equal(ids[found.probability.argmax(1)], found.predicted)
    folds = model.folds
    assert len(folds) == len(np.unique(found.fold)) > 1
    assert sum(one.count for one in folds) == len(found)
    right = sum(one.oa * one.count for one in folds)
    assert model.accuracy is not None
    assert right / len(found) == pytest.approx(model.accuracy.oa)


def test_a_map_is_measured_and_written(cube: s3fn.Cube, model: s3fn.Model, tmp_path: Path) -> None:
    result = model.predict(cube)
    assert result.ids.shape == cube.shape[:2]
    assert result.probabilities is not None
    assert result.probabilities.shape == (*cube.shape[:2], 2)
    np.testing.assert_allclose(result.probabilities.max(2), result.confidence, atol=1e-6)
    assert result.novelty is not None
    np.testing.assert_array_equal(np.asarray(result), result.ids)
    np.save(tmp_path / "truth.npy", truth(cube))
    figures = result.accuracy(tmp_path / "truth.npy")
    assert figures.oa > 0.9
    assert figures.count == np.count_nonzero(truth(cube))
    others = result.accuracy(truth(cube), exclude=some_labels(cube))
    assert others.count == figures.count - np.count_nonzero(some_labels(cube))
    files = result.export(tmp_path / "out", formats=["npy", "csv", "spectra"])
    np.testing.assert_array_equal(np.load(tmp_path / "out" / "stripes_classes.npy"), result.ids)
    assert {tmp_path / "out" / f"stripes_{name}.csv" for name in ("areas", "spectra")} <= set(files)
    assert sum(row.pixels for row in result.areas()) == np.count_nonzero(result.ids)
    assert "rising" in str(result)
    assert "data:image/png;base64," in result._repr_html_()
    more = result.export(tmp_path / "more", "m", formats=["npy"], probabilities=True)
    np.testing.assert_array_equal(np.load(more[-1]), result.probabilities)
    with pytest.raises(s3fn.ExportError, match=r'list, such as \["npy"\]'):
        result.export(tmp_path, formats="npy")


def test_a_saved_model_says_and_does_the_same(cube: s3fn.Cube, model: s3fn.Model, tmp_path: Path) -> None:
    again = s3fn.Model.load(model.save(tmp_path / "m.s3fn"))
    assert str(again).splitlines()[:4] == str(model).splitlines()[:4]
    assert len(again.folds) == len(model.folds)
    np.testing.assert_array_equal(again.predict(cube).ids, model.predict(cube).ids)
    assert again.predict(cube).map.origin["model"] == "m.s3fn"


def test_other_words_need_no_training_and_have_no_figures(cube: s3fn.Cube, model: s3fn.Model) -> None:
    other = model.with_words(dipped="Bright in the near infrared.", ice="White.")
    assert other.classes.names == ("rising", "dipped", "ice")
    assert other.classes[2].text == "Bright in the near infrared."
    assert other.classes[1] == model.classes[1]
    assert other.accuracy is None
    assert "nothing was measured" in str(other)
    assert "not measured" in other.predict(cube).map.origin["accuracy"]
    assert other.predict(cube).map.remark == "map in edited words, not measured"
    assert model.predict(cube).map.remark == ""
    assert not np.array_equal(other.predict(cube).probabilities[..., :2], model.predict(cube).probabilities)
    assert model.with_words(model.classes).classes == model.classes
    with pytest.raises(s3fn.ModelError, match="descriptions by name"):
        model.with_words("ice")  # type: ignore[arg-type]


def test_lists_for_several_cubes_and_a_function_that_is_told() -> None:
    cubes = [stripes(seed=seed) for seed in (0, 1)]
    told: list[s3fn.Progress] = []
    labels = [some_labels(cube) for cube in cubes]
    model = s3fn.fit(cubes, labels, TEXTS, settings=QUICK, progress=told.append)
    assert told[-1].fraction == 1
    assert model.held_out is not None
    assert set(model.held_out.cube.tolist()) == {0, 1}
    with pytest.raises(s3fn.LabelError, match="Cubes: 2, label maps: 1"):
        s3fn.fit(cubes, labels[:1], TEXTS)
    with pytest.raises(s3fn.LabelError, match="give the label maps as a list, not as ndarray"):
        s3fn.fit(cubes, np.stack(labels), TEXTS)


def test_objects_of_a_cube_are_judged_as_wholes(cube: s3fn.Cube, model: s3fn.Model, tmp_path: Path) -> None:
    numbers = np.zeros(cube.shape[:2], int)
    numbers[:20, :6], numbers[:20, 6:12] = 1, 2
    result = model.predict(cube, objects=numbers)
    assert result.objects is not None
    assert [one.class_name for one in result.objects.objects] == ["rising", "dipped"]
    assert not result.ids[numbers == 0].any()
    files = result.export(tmp_path, formats=["npy"])
    assert (tmp_path / "stripes_objects.csv") in files
    assert '"not measured"' in (tmp_path / "stripes_objects.csv-metadata.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"cubes": np.ones((4, 5, 6))}, s3fn.CubeError, r"not of type ndarray; .* Cube\(array"),
        ({"labels": np.zeros((3, 3), int)}, s3fn.LabelError, "is 3 x 3, the cube 40 x 36"),
        ({"labels": np.full((40, 36), 0.5)}, s3fn.LabelError, "whole numbers"),
        ({"labels": np.full((40, 36), 300)}, s3fn.LabelError, "holds 300; ids go up to 255"),
        ({"classes": ["a", "b"]}, s3fn.LabelError, "Classes are of type list; give ClassSet.of"),
        ({"settings": "pixels"}, s3fn.ModelError, 'no preset "pixels"'),
    ],
)
def test_what_cannot_be_learned_from_is_named(
    cube: s3fn.Cube, change: dict[str, object], error: type[Exception], told: str
) -> None:
    given: dict[str, object] = {"cubes": cube, "labels": some_labels(cube), "classes": TEXTS, **change}
    with pytest.raises(error, match=told):
        s3fn.fit(**given)  # type: ignore[arg-type]


def test_the_bar_is_on_stderr_only(cube: s3fn.Cube, capfd: pytest.CaptureFixture[str]) -> None:
    s3fn.fit(cube, some_labels(cube), TEXTS, settings="quick", progress=True)
    assert capfd.readouterr().out == ""


def test_a_simulated_scene_by_its_files(tmp_path: Path) -> None:
    scene = simulate("wood", lines=48, samples=48)
    header = s3fn.write_scene(scene, tmp_path)
    model = s3fn.fit(str(header), scene.truth, tmp_path / "classes.json", settings="quick")
    assert model.predict(header).accuracy(scene.truth).oa > 0.8
