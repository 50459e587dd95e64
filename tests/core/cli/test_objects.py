"""Whole objects on the command line."""

from __future__ import annotations

import csv
import json
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from s3fn_core.batch import classify
from s3fn_core.cli import run
from s3fn_core.cli.inputs import counted_apart
from s3fn_core.cubes.simulate import simulate, write_scene
from s3fn_core.labels.classes import write_classes
from s3fn_core.labels.rasters import write_geotiff
from s3fn_core.model.checkpoint import save_model
from s3fn_core.results import origin
from tests.core.model.models import small, untrained

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fruit scenes with their objects, and a model (of random weights) for them."""
    folder = tmp_path_factory.mktemp("objects")
    for seed, name in enumerate(("one", "two")):
        scene = simulate("fruit", seed=seed, lines=64, samples=64)
        write_scene(scene, folder / name)
        np.save(folder / f"{name}.npy", scene.objects * 1000)
    save_model(untrained(small("pixel"), scene.cube, scene.classes), folder / "model.s3fn")
    return folder


def cube_of(folder: Path, name: str) -> str:
    (header,) = [p for p in (folder / name).glob("*.hdr") if "truth" not in p.name]
    return str(header)


def test_objects_are_classified_beside_the_map(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    arguments = ["predict", f"{folder}/model.s3fn", cube_of(folder, "one"), "--out", str(tmp_path)]
    arguments += ["--format", "npy", "--device", "cpu"]
    assert run([*arguments, "--json"]) == 0
    (plain,) = json.loads(capsys.readouterr().out)["cubes"]
    assert "objects" not in plain
    pixels = np.load(plain["files"][0])
    assert run([*arguments, "--objects", f"{folder}/one.npy", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["cubes"]
    np.testing.assert_array_equal(np.load(told["files"][0]), pixels)
    objects = np.load(folder / "one.npy")
    assert [o["object"] for o in told["objects"]] == list(np.unique(objects)[1:])
    stem = Path(cube_of(folder, "one")).stem
    with (tmp_path / f"{stem}_objects.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = np.load(tmp_path / f"{stem}_objects_classes.npy")
    assert len(rows) == len(told["objects"])
    for row, record in zip(rows, told["objects"], strict=True):
        number = int(row["object"])
        assert int(row["class_id"]) == record["id"] > 0
        assert row["class"] == record["class"]
        assert int(row["votes"]) == max(record["votes"])
        assert int(row["valid_patches"]) == sum(record["votes"]) == record["patches"] >= 10
        assert float(row["agreement_low"]) <= float(row["agreement"])
        assert float(row["probability"]) == pytest.approx(max(record["probabilities"]), abs=0.5)
        assert set(shown[objects == number]) == {record["id"]}
    assert {str(tmp_path / f"{stem}_objects.csv")} <= set(told["files"])
    assert all(Path(file).is_file() for file in told["files"])
    (note,) = json.loads((tmp_path / f"{stem}_objects.csv-metadata.json").read_text("utf-8"))["notes"]
    assert (note["cube"], note["model"], note["accuracy"]) == (stem, "model.s3fn", "not measured")


def test_a_rule_may_be_chosen_and_its_effect_is_told(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    arguments = ["predict", f"{folder}/model.s3fn", cube_of(folder, "one"), "--device", "cpu"]
    arguments += ["--objects", f"{folder}/one.npy", "--out", str(tmp_path), "--format", "npy"]
    assert run([*arguments, "--min-patches", "900", "--vote", "mean"]) == 0
    said = capsys.readouterr()
    assert "fewer than 900 valid patches of 5 × 5 pixels" in said.err
    assert "not enough valid patches" in said.out


def test_a_rule_needs_its_defect(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    arguments = ["predict", f"{folder}/model.s3fn", cube_of(folder, "one"), "--device", "cpu"]
    arguments += ["--objects", f"{folder}/one.npy", "--out", str(tmp_path), "--format", "npy"]
    for options, said in (
        (["--at-least", "0.05"], "name its class with --defect"),
        (["--defect", "unripe", "--at-least", "2", "--false-alarms", "0.1"], "--at-least or --false-alarms"),
        (["--defect", "unripe", "--false-alarms", "0.1"], "has not learned how often"),
    ):
        assert run([*arguments, *options]) == 2
        assert said in capsys.readouterr().err
    assert run([*arguments, "--defect", "unripe", "--at-least", "30", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["cubes"]
    assert all(record["defect"] is not None for record in told["objects"])


def test_words_alone_classify_objects(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    write_geotiff(np.load(folder / "one.npy").astype(np.int32), tmp_path / "objects.tif", None)
    arguments = ["predict", cube_of(folder, "one"), "--classes", f"{folder}/one/classes.json"]
    arguments += ["--objects", f"{tmp_path}/objects.tif", "--out", f"{tmp_path}/map", "--json"]
    assert run([*arguments, "--format", "npy"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["cubes"]
    assert len(told["objects"]) == len(np.unique(np.load(folder / "one.npy"))) - 1
    assert all(o["id"] > 0 for o in told["objects"])


def test_object_maps_that_do_not_fit_are_refused(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    start = ["predict", f"{folder}/model.s3fn", cube_of(folder, "one")]
    np.save(tmp_path / "half.npy", np.full((64, 64), 1.5))
    np.save(tmp_path / "small.npy", np.ones((9, 64), int))
    cases = {
        "half.npy": ["half.npy"],
        "9 x 64": ["small.npy"],
        "gone.npy": ["gone.npy"],
        "maps after --objects: 2": ["small.npy"] * 2,
    }
    for said, wrong in cases.items():
        options = [word for name in wrong for word in ("--objects", f"{tmp_path}/{name}")]
        assert run([*start, *options, "--out", f"{tmp_path}/map"]) == 2
        assert said in capsys.readouterr().err
    assert not (tmp_path / "map").exists()


class Noon(datetime):
    """All files are written in the same second."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Noon:
        return cls(2026, 6, 1, 12, tzinfo=tz)


def test_large_maps_are_made_in_files_that_go(
    folder: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(origin, "datetime", Noon)
    start = ["predict", f"{folder}/model.s3fn", cube_of(folder, "one"), "--device", "cpu"]
    maps = []
    for large, out in ((2**26, "small"), (1, "large")):
        monkeypatch.setattr(classify, "LARGE_MAP", large)
        assert run([*start, "--out", f"{tmp_path}/{out}", "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)["cubes"]
        maps.append({Path(f).name: Path(f).read_bytes() for f in told["files"]})
        assert not [p for p in (tmp_path / out).iterdir() if p.name.startswith(".")]
    assert maps[0].keys() == maps[1].keys()
    for name, content in maps[0].items():
        if not name.endswith(".hdr"):  # ENVI headers name their file
            assert maps[1][name] == content, name


@pytest.fixture(scope="module")
def trays(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same scenes on a belt that is not masked: CUBE.npy, OBJECTS_objects.npy, labels.npy."""
    trays = tmp_path_factory.mktemp("trays")
    for seed, name in enumerate(("one", "two")):
        scene = simulate("fruit", seed=seed, lines=64, samples=64)
        values = np.asarray(scene.cube.data).copy()
        rng = np.random.default_rng(seed)
        values[scene.objects == 0] = 0.06 + rng.normal(0, 0.003, (64, 64, 1))[scene.objects == 0]
        np.save(trays / f"{name}.npy", values)
        np.save(trays / f"{name}_objects.npy", scene.objects)
        np.save(trays / f"{name}_labels.npy", scene.truth)
    write_classes(scene.classes, trays / "classes.json")
    save_model(untrained(small("pixel"), scene.cube, scene.classes), trays / "model.s3fn")
    return trays


def test_what_lies_outside_of_the_objects_is_not_mapped(
    trays: Path, tmp_path: Path, capsys: Captured
) -> None:
    arguments = ["predict", f"{trays}/model.s3fn", f"{trays}/one.npy", "--device", "cpu", "--json"]
    arguments += ["--out", str(tmp_path), "--format", "npy", "csv"]
    assert run([*arguments, "--objects", f"{trays}/one_objects.npy"]) == 0
    told = json.loads(capsys.readouterr().out)
    objects = np.load(trays / "one_objects.npy")
    (cube,) = told["cubes"]
    assert sum(row["pixels"] for row in cube["areas"]) == np.count_nonzero(objects)
    np.testing.assert_array_equal(np.load(tmp_path / "one_classes.npy") > 0, objects > 0)
    assert not np.load(tmp_path / "one_confidence.npy")[objects == 0].any()
    assert any("outside the objects get no class" in note for note in told["notes"])
    assert not any("may belong to another cube" in note for note in told["notes"])


@pytest.mark.parametrize("masked", [False, True])
def test_the_objects_of_another_tray_are_told(
    trays: Path, folder: Path, tmp_path: Path, capsys: Captured, masked: bool
) -> None:
    cube = cube_of(folder, "one") if masked else f"{trays}/one.npy"
    arguments = ["predict", f"{trays}/model.s3fn", cube, "--device", "cpu", "--json", "--format", "csv"]
    for name, wrong in (("two", True), ("one", False)):
        objects = ["--objects", f"{trays}/{name}_objects.npy", "--out", f"{tmp_path}/{name}"]
        assert run([*arguments, *objects]) == 0
        notes = json.loads(capsys.readouterr().out)["notes"]
        assert any("may belong to another cube" in note for note in notes) == wrong


def training(trays: Path, out: Path, *more: str) -> list[str]:
    command = ["train", f"{trays}/one.npy", f"{trays}/two.npy", "--classes", f"{trays}/classes.json"]
    command += ["--labels", f"{trays}/one_labels.npy", f"{trays}/two_labels.npy", "--out", str(out)]
    command += ["--objects", f"{trays}/one_objects.npy", f"{trays}/two_objects.npy", "--device", "cpu"]
    return [*command, "--epochs", "1", "--json", *more]


def test_every_map_counts_its_own_objects(trays: Path, tmp_path: Path, capsys: Captured) -> None:
    maps = [np.load(trays / f"{name}_objects.npy") for name in ("one", "two")]
    apart = counted_apart(maps)
    assert len(np.unique(np.concatenate(apart))) == sum(len(np.unique(m)) for m in maps) - 1
    for before, after in zip(maps, apart, strict=True):
        assert ((before > 0) == (after > 0)).all()
    assert run(training(trays, tmp_path / "m.s3fn")) == 0
    told = json.loads(capsys.readouterr().out)
    assert "whole objects" in told["split"]
    assert not any("occur in several cubes" in note for note in told["notes"])
    assert run(training(trays, tmp_path / "same.s3fn", "--same-objects")) == 0
    told = json.loads(capsys.readouterr().out)
    assert any("object numbers occur in several cubes" in note for note in told["notes"])


def test_objects_that_are_too_small_are_told_before_the_training(
    trays: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("s3fn_core.model.learning.teaching._embed", interrupted)
    for preset, said in (("object", True), ("pixel", False)):
        assert run(training(trays, tmp_path / "m.s3fn", "--preset", preset)) == 130
        assert ("too small for patches of 32 × 32 pixels" in capsys.readouterr().err) == said


def test_a_defect_is_named_by_its_class(folder: Path, tmp_path: Path, capsys: Captured) -> None:
    arguments = ["predict", f"{folder}/model.s3fn", cube_of(folder, "one"), "--out", str(tmp_path)]
    arguments += ["--objects", f"{folder}/one.npy", "--format", "npy", "--device", "cpu", "--json"]
    assert run([*arguments, "--defect", "overripe"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["cubes"]
    for record in told["objects"]:
        assert (record["class"] == "overripe") == (record["by"] == "defect") == (record["defect"] >= 0.5)
    assert run([*arguments, "--defect", "mouldy"]) == 2
    assert 'no class "mouldy"' in capsys.readouterr().err


def test_objects_of_the_same_number_are_judged_together(
    trays: Path, tmp_path: Path, capsys: Captured
) -> None:
    maps = [f"{trays}/{name}_objects.npy" for name in ("one", "two")]
    start = ["predict", f"{trays}/model.s3fn", f"{trays}/one.npy", f"{trays}/two.npy", "--device", "cpu"]
    start += ["--json", "--format", "csv"]

    def judged(folder: str, *options: str) -> list[dict[int, dict[str, Any]]]:
        assert run([*start, "--objects", *maps, "--out", f"{tmp_path}/{folder}", *options]) == 0
        cubes = json.loads(capsys.readouterr().out)["cubes"]
        return [{each["object"]: each for each in cube["objects"]} for cube in cubes]

    one, other = judged("apart")
    first, second = judged("same", "--same-objects")
    both = one.keys() & other.keys()
    assert both
    for number in both:
        added = np.add(one[number]["votes"], other[number]["votes"])
        assert first[number]["votes"] == second[number]["votes"] == added.tolist()
        assert first[number]["class"] == second[number]["class"]
    for number in one.keys() - both:
        assert first[number] == one[number]
    with (tmp_path / "same" / "two_objects.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {int(row["object"]): row for row in csv.DictReader(file)}
    assert {number: row["class"] for number, row in rows.items()} == {
        n: o["class"] for n, o in second.items()
    }
    report = ["report", *start[1:4], "--objects", maps[0], "--objects", maps[1], "--same-objects"]
    assert run([*report, "--out", f"{tmp_path}/r.html", "--device", "cpu"]) == 0
    page = (tmp_path / "r.html").read_text("utf-8")
    for number in both:
        votes, patches = first[number]["votes"], first[number]["patches"]
        assert page.count(f"{max(votes)} of {patches}</td>") >= 2
    capsys.readouterr()
    assert run([*start, "--out", str(tmp_path / "none"), "--same-objects"]) == 2
    assert "--same-objects needs object maps" in capsys.readouterr().err
