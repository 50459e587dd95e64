"""What every command has in common: version, help, completion, JSON, errors; tables of cubes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import s3fn_core as s3fn
from s3fn_core.cli import run
from s3fn_core.cli.inputs import read_pairs
from s3fn_core.cubes.simulate import simulate
from s3fn_core.errors import LabelError
from tests.core.cli.test_cli import Captured, error_of, json_of
from tests.core.model.models import small, untrained
from tests.core.model.scenes import QUICK, classes, some_labels, stripes, truth

PROGRAM = [sys.executable, "-c", "from s3fn_core.cli import main; main()"]


def test_the_version_is_that_of_the_package(capsys: Captured) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"s3fn {s3fn.__version__}\n"


@pytest.mark.parametrize("command", [[], ["predict"], ["library", "search"]])
def test_help_has_a_short_name(command: list[str], capsys: Captured) -> None:
    assert run([*command, "-h"]) == 0
    short = capsys.readouterr().out
    assert run([*command, "--help"]) == 0
    assert capsys.readouterr().out == short
    assert "-h, --help" in short


def test_the_shell_completes_commands_and_options() -> None:
    for words, offered in (("s3fn eval", "evaluate"), ("s3fn predict --proba", "--probabilities")):
        place = str(len(words.split()) - 1)
        asked = os.environ | {"_S3FN_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": place}
        done = subprocess.run(PROGRAM, capture_output=True, text=True, env=asked)
        assert offered in done.stdout.split()


@pytest.mark.parametrize(
    "command", [["info", "missing.hdr"], ["info"], ["predict", "m.s3fn", "c.hdr", "--out"]]
)
def test_errors_are_json_where_json_is_asked_for(command: list[str], capsys: Captured) -> None:
    assert run([*command, "--json"]) == 2
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["schema_version"] == 1
    assert told["error"]["status"] == 2
    assert said.err == f"s3fn: {told['error']['message']}\n"
    assert run(command) == 2
    assert capsys.readouterr().out == ""


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two cubes with labels and truths, their classes, a table of both, and a model."""
    folder = tmp_path_factory.mktemp("scenes")
    s3fn.write_classes(classes(), folder / "classes.json")
    cubes = [stripes(seed=seed) for seed in (0, 1)]
    for name, cube in zip("ab", cubes, strict=True):
        s3fn.write_envi(cube, folder / f"{name}.hdr")
        np.save(folder / f"{name}_labels.npy", some_labels(cube))
        np.save(folder / f"{name}_truth.npy", truth(cube))
    (folder / "labels.csv").write_text("cube,labels\na.hdr,a_labels.npy\nb.hdr,b_labels.npy\n")
    (folder / "truths.csv").write_text(
        "\ufeffcube, labels\r\na.hdr, a_truth.npy\r\nb.hdr, b_truth.npy\r\n", "utf-8"
    )
    model = s3fn.fit(cubes, [some_labels(cube) for cube in cubes], classes(), settings=QUICK)
    model.save(folder / "m.s3fn")
    return folder


def test_a_table_takes_the_place_of_cubes_and_labels(scenes: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["train", "--classes", f"{scenes}/classes.json", "--quick", "--json"]
    assert run([*command, "--pairs", f"{scenes}/labels.csv", "--out", f"{tmp_path}/t.s3fn"]) == 0
    by_table = json_of(capsys)
    assert by_table["schema_version"] == 1
    cubes, labels = ([f"{scenes}/{name}{end}" for name in "ab"] for end in (".hdr", "_labels.npy"))
    assert run([*command, "--out", f"{tmp_path}/u.s3fn", *cubes, "--labels", *labels]) == 0
    first, second = (s3fn.load_model(tmp_path / f"{name}.s3fn") for name in "tu")
    for one, other in zip(first.experts.members, second.experts.members, strict=True):
        np.testing.assert_array_equal(one.weights, other.weights)
    capsys.readouterr()
    command = [*command[:-1], "--out", f"{tmp_path}/v.s3fn"]
    assert "--pairs FILE.csv" in error_of(capsys, command)
    said = error_of(capsys, [*command, *cubes, "--pairs", f"{scenes}/labels.csv"])
    assert "give the one or the others" in said


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cube;labels\na;b\n", '"cube,labels", not "cube;labels"'),
        ("cube,labels\n", "no rows"),
        ("cube,labels\na.hdr\n", "row 2 names"),
        ("cube,labels\na.hdr,b.npy,c\n", "row 2 names"),
        ("", '"cube,labels", not ""'),
    ],
)
def test_a_table_that_is_none_is_named(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text)
    with pytest.raises(LabelError, match=told):
        read_pairs(path)


def test_accuracy_of_each_cube_and_without_some_pixels(scenes: Path, capsys: Captured) -> None:
    command = ["evaluate", f"{scenes}/m.s3fn", "--pairs", f"{scenes}/truths.csv"]
    assert run([*command, "--json"]) == 0
    told = json_of(capsys)
    first, second = told["per_cube"]
    assert first["cube"] == f"{scenes}/a.hdr"
    assert first["count"] + second["count"] == told["count"]
    right = sum(one["oa"] * one["count"] for one in (first, second))
    assert right / told["count"] == pytest.approx(told["oa"])
    assert run(command) == 0
    assert "\ncube   OA %   AA %  kappa  pixels\na " in capsys.readouterr().out
    labels = [f"{scenes}/{name}_labels.npy" for name in "ab"]
    assert run([*command, "--json", "--exclude", *labels]) == 0
    left = json_of(capsys)
    assert told["count"] - left["count"] == sum(np.count_nonzero(np.load(path)) for path in labels)
    assert left["learned"] == 0
    assert told["learned"] > 0
    said = error_of(capsys, [*command, "--exclude", labels[0]])
    assert "maps after --exclude: 1" in said


def test_probabilities_are_written_as_bands(scenes: Path, tmp_path: Path, capsys: Captured) -> None:
    import rasterio

    command = ["predict", f"{scenes}/m.s3fn", f"{scenes}/a.hdr", "--out", f"{tmp_path}/p", "--json"]
    assert run([*command, "--probabilities", "--format", "npy", "envi", "geotiff"]) == 0
    files = json_of(capsys)["cubes"][0]["files"]
    values = np.load(tmp_path / "p/a_probabilities.npy")
    result = s3fn.Model.load(scenes / "m.s3fn").predict(scenes / "a.hdr")
    np.testing.assert_allclose(values, result.probabilities, atol=1e-6)
    stored = s3fn.open_cube(tmp_path / "p/a_probabilities.hdr").data
    np.testing.assert_array_equal(stored[:, :, :], values)
    assert "band names = { rising , dipped }" in (tmp_path / "p/a_probabilities.hdr").read_text()
    with rasterio.open(tmp_path / "p/a_probabilities.tif") as source:
        assert source.descriptions == ("rising", "dipped")
        np.testing.assert_array_equal(source.read().transpose(1, 2, 0), values)
    assert {f"{tmp_path}/p/a_probabilities{end}" for end in (".npy", ".hdr", ".tif")} <= set(files)
    assert run([*command, "--probabilities", "--format", "npy", "envi", "geotiff"]) == 0  # its own, replaced
    json_of(capsys)
    assert run([*command[:3], "--out", f"{tmp_path}/q", "--probabilities", "--format", "png"]) == 0
    assert (tmp_path / "q/a_probabilities.npy").exists()


def test_expectations_can_be_left_out(scenes: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["train", "--classes", f"{scenes}/classes.json", "--pairs", f"{scenes}/labels.csv", "--quick"]
    assert run([*command, "--no-expectations", "--out", f"{tmp_path}/without.s3fn"]) == 0
    assert not s3fn.load_model(tmp_path / "without.s3fn").config.fusion.evidence
    scene = simulate("wood", lines=40, samples=40)
    cube = str(s3fn.write_scene(scene, tmp_path))
    model = untrained(small("pixel"), scene.cube, scene.classes)
    s3fn.save_model(replace(model, evidence_weight=1.0), tmp_path / "with.s3fn")
    s3fn.save_model(model, tmp_path / "none.s3fn")
    maps = []
    for number, (name, more) in enumerate((("with", []), ("with", ["--no-expectations"]), ("none", []))):
        asked = [
            "predict",
            f"{tmp_path}/{name}.s3fn",
            cube,
            "--out",
            f"{tmp_path}/{number}",
            "--format",
            "npy",
        ]
        assert run([*asked, *more]) == 0
        (found,) = (tmp_path / str(number)).glob("*_confidence.npy")
        maps.append(np.load(found))
    assert not np.array_equal(maps[0], maps[1])
    np.testing.assert_array_equal(maps[1], maps[2])
    capsys.readouterr()
    words = ["predict", cube, "--classes", f"{tmp_path}/classes.json", "--out", f"{tmp_path}/words"]
    assert "a map comes from the expected spectra alone" in error_of(capsys, [*words, "--no-expectations"])
