"""What predict and evaluate say of models, words and cubes that do not go well together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import apply, run
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.simulate import simulate, write_scene
from s3fn_core.cubes.spectra.library import read_library
from s3fn_core.labels.classes import Description, read_classes, write_classes
from s3fn_core.model.checkpoint import save_model
from s3fn_core.model.config import preset
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.learning.training import train
from s3fn_core.progress import run as drive
from s3fn_core.resources import resource
from s3fn_core.results.origin import BESIDE, GUESS, REWORDED
from tests.core.cli.test_cli import Captured, error_of, json_of
from tests.core.model.models import small, untrained


@pytest.fixture(scope="module")
def wood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small wood scene at wood.hdr with its classes, and a model of random weights."""
    folder = tmp_path_factory.mktemp("wood")
    scene = simulate("wood", lines=64, samples=64)
    write_scene(scene, folder)
    model = untrained(small("pixel"), scene.cube, scene.classes)
    save_model(replace(model, evidence_weight=1.0), folder / "wood.s3fn")
    return folder


def cube_in(folder: Path) -> str:
    (header,) = (path for path in folder.glob("*.hdr") if "truth" not in path.name)
    return str(header)


def test_predict_gives_a_model_other_words(wood: Path, tmp_path: Path, capsys: Captured) -> None:
    classes = read_classes(wood / "classes.json")
    first, second = classes.ids[:2]
    other = classes.changed(first, name="bark").changed(second, descriptions=(Description("Wet."),))
    write_classes(other, tmp_path / "other.json")
    command = ["predict", f"{wood}/wood.s3fn", cube_in(wood), "--device", "cpu", "--json"]
    command += ["--format", "npy", "--out", f"{tmp_path}/map"]
    maps = []
    for words in ([], [f"{wood}/classes.json"], [f"{tmp_path}/other.json"]):
        assert run([*command, *(("--classes", *words) if words else ())]) == 0
        said = capsys.readouterr()
        told = json.loads(said.out)
        assert told["model"] == f"{wood}/wood.s3fn"
        assert told["classes"] == (words[0] if words else None)
        (confidence,) = (f for f in told["cubes"][0]["files"] if "confidence" in f)
        maps.append(np.load(confidence))
    np.testing.assert_array_equal(maps[0], maps[1])
    assert not np.array_equal(maps[0], maps[2])
    assert {row["name"] for row in told["cubes"][0]["areas"]} >= {"bark"}
    assert any("not trained on bark" in note for note in told["notes"])
    assert "not trained on bark" in said.err
    swapped = classes.changed(first, name="new").changed(second, name=classes[first].name)
    write_classes(swapped, tmp_path / "swapped.json")
    assert run([*command, "--classes", f"{tmp_path}/swapped.json"]) == 0
    assert f"those of swapped.json: {classes[first].name}" in capsys.readouterr().err


def test_words_about_other_wavelengths_make_no_map(wood: Path, tmp_path: Path, capsys: Captured) -> None:
    fruit = resource("classes", "fruit.json")
    command = ["predict", cube_in(wood), "--out", f"{tmp_path}/map", "--classes"]
    said = error_of(capsys, [*command, str(fruit)])
    assert "cover 900 to 1700 nm" in said
    assert "450 to 970 nm" in said
    assert run([*command, f"{wood}/classes.json", "--format", "npy"]) == 0
    assert "guess from the descriptions alone" in capsys.readouterr().err
    with_model = ["predict", f"{wood}/wood.s3fn", *command[1:], str(fruit), "--format", "npy"]
    assert run([*with_model, "--json"]) == 0
    told = json_of(capsys)
    assert any("are not used: its bands cover 900 to 1700 nm" in note for note in told["notes"])


def test_a_cube_that_cannot_be_classified_is_passed_over(
    wood: Path, tmp_path: Path, capsys: Captured
) -> None:
    np.save(tmp_path / "other.npy", np.ones((8, 8, 7), np.float32))
    cubes = [cube_in(wood), f"{tmp_path}/other.npy"]
    out = ["--out", f"{tmp_path}/map", "--format", "npy"]
    for command, why in (
        (["predict", f"{wood}/wood.s3fn", *cubes, *out], "other has 7 bands"),
        (["predict", *cubes, *out, "--classes", f"{wood}/classes.json"], "it has no wavelengths"),
    ):
        assert run(command) == 3
        said = capsys.readouterr()
        assert "1 of 2 cubes done; 1 not done" in said.out
        assert "simulated_wood: done" in said.err
        assert why in said.err
    alone = ["predict", f"{wood}/wood.s3fn", f"{tmp_path}/other.npy", "--out", f"{tmp_path}/none"]
    assert "other has 7 bands" in error_of(capsys, alone)
    assert not (tmp_path / "none").exists()


def test_predict_and_evaluate_say_that_wavelengths_were_assumed(
    wood: Path, tmp_path: Path, capsys: Captured
) -> None:
    cube = open_cube(cube_in(wood))
    np.save(tmp_path / "blind.npy", cube.read())
    np.save(tmp_path / "truth.npy", simulate("wood", lines=64, samples=64).truth)
    start = [f"{wood}/wood.s3fn", f"{tmp_path}/blind.npy", "--device", "cpu", "--json"]
    for command in (
        ["predict", *start, "--out", f"{tmp_path}/map", "--format", "npy"],
        ["evaluate", *start, "--labels", f"{tmp_path}/truth.npy"],
    ):
        assert run(command) == 0
        said = capsys.readouterr()
        (note,) = (note for note in json.loads(said.out)["notes"] if "taken for those of" in note)
        assert note.startswith("blind: ")
        assert note in said.err


def test_labels_that_no_class_has_are_told_before_the_map(
    wood: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    np.save(tmp_path / "odd.npy", np.full((64, 64), 9))
    monkeypatch.setattr(apply, "follow", lambda *_: pytest.fail("a map was made"))
    command = ["evaluate", f"{wood}/wood.s3fn", cube_in(wood), "--labels", f"{tmp_path}/odd.npy"]
    assert "id 9, which is not a class" in error_of(capsys, command)


def test_what_is_unlike_the_labels_is_written(wood: Path, tmp_path: Path, capsys: Captured) -> None:
    scene = simulate("wood", lines=64, samples=64)
    labels = np.zeros_like(scene.truth)
    labels[8:56:8, 8:56:8] = scene.truth[8:56:8, 8:56:8]
    trained = drive(train([LabelledCube(scene.cube, labels)], scene.classes, preset("quick"), device="cpu"))
    save_model(trained.model, tmp_path / "quick.s3fn")
    command = ["predict", f"{tmp_path}/quick.s3fn", cube_in(wood), "--out", f"{tmp_path}/map"]
    assert run([*command, "--format", "npy", "--json"]) == 0
    (told,) = json_of(capsys)["cubes"]
    ids, novelty = (
        np.load(f"{tmp_path}/map/{Path(told['cube']).stem}_{k}.npy") for k in ("classes", "novelty")
    )
    assert told["novel_share"] == pytest.approx((novelty > 1).sum() / (ids > 0).sum())
    assert 0 < np.median(novelty[ids > 0]) < 1
    assert not novelty[ids == 0].any()


def notes_beside(path: Path) -> dict[str, str]:
    (notes,) = json.loads(path.with_name(path.name + BESIDE).read_text("utf-8"))["notes"]
    return {str(key): str(value) for key, value in notes.items()}


def test_files_say_which_model_and_words_made_them(wood: Path, tmp_path: Path) -> None:
    words = ["--classes", f"{wood}/classes.json"]
    for name, command, by, remark in (
        ("model", [f"{wood}/wood.s3fn"], "wood.s3fn", None),
        ("words", [f"{wood}/wood.s3fn", *words], "wood.s3fn, classes.json", REWORDED),
        ("guess", words, "classes.json", GUESS),
    ):
        where = ["--format", "csv", "spectra", "--out", f"{tmp_path}/{name}"]
        model = [part for part in command if part.endswith(".s3fn")]
        assert run(["predict", *model, cube_in(wood), *command[len(model) :], *where]) == 0
        (areas,) = (tmp_path / name).glob("*_areas.csv")
        (spectra,) = (tmp_path / name).glob("*_spectra.csv")
        for table in (areas, spectra):
            told = notes_beside(table)
            assert (told["model"], told.get("remark")) == (by, remark)
            assert told["class_1"].startswith(read_classes(wood / "classes.json")[1].name)
        assert len(read_library(spectra).names) == 2 * len(read_library(spectra.with_suffix(".hdr")).names)


def test_unsure_pixels_are_left_unclassified_when_asked(wood: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["predict", cube_in(wood), "--classes", f"{wood}/classes.json", "--format", "npy", "--json"]
    assert run([*command, "--out", f"{tmp_path}/all"]) == 0
    capsys.readouterr()
    (ids,) = (np.load(path) for path in (tmp_path / "all").glob("*_classes.npy"))
    (confidence,) = (np.load(path) for path in (tmp_path / "all").glob("*_confidence.npy"))
    limit = round(float(np.median(confidence[ids > 0])), 3)
    assert run([*command, "--out", f"{tmp_path}/sure", "--unclassified-below", str(limit)]) == 0
    told = json_of(capsys)
    (sure,) = (np.load(path) for path in (tmp_path / "sure").glob("*_classes.npy"))
    np.testing.assert_array_equal(sure, np.where(confidence < limit, 0, ids))
    assert 0 < np.count_nonzero(sure) < np.count_nonzero(ids)
    assert sum(row["pixels"] for row in told["cubes"][0]["areas"]) == np.count_nonzero(sure)
    command = [*command[:-1], "--out", f"{tmp_path}/no"]
    assert "--unclassified-below" in error_of(capsys, [*command, "--unclassified-below", "2"])
