"""An input is never an output, names keep their dots, and nobody else's file is replaced."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import appdirs
import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.simulate import simulate, write_scene
from s3fn_core.labels.exchange import write_labels

Captured = pytest.CaptureFixture[str]
WAVES = np.linspace(450, 1030, 6)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = str(tmp_path_factory.mktemp("cache"))
    monkeypatch.setattr(appdirs, "user_cache_dir", lambda *_, **__: folder)


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Two scans with references, labels and classes."""
    scene = simulate("wood", lines=32, samples=32)
    rng = np.random.default_rng(1)
    for name, low, high in (
        ("scan", 200, 3000),
        ("other", 300, 2500),
        ("white", 3500, 3600),
        ("dark", 90, 99),
    ):
        counts = rng.integers(low, high, (12, 10, 6)).astype(np.uint16)
        write_envi(counts, tmp_path / f"{name}.hdr", WAVES)
    write_scene(scene, tmp_path / "wood")
    write_labels(scene.truth, tmp_path / "wood" / "labels.tif", scene.classes)
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def calibrate(lab: Path, out: object, *more: str, scan: str = "scan") -> int:
    references = ("--white", f"{lab}/white.hdr", "--dark", f"{lab}/dark.img")
    return run(["calibrate", f"{lab}/{scan}.hdr", *references, "--out", str(out), *more])


def predict(lab: Path, *more: str, cube: str = "simulated_wood.hdr") -> int:
    words = ("--classes", f"{lab}/wood/classes.json", "--format", "npy", "csv")
    return run(["predict", f"{lab}/wood/{cube}", *words, "--out", f"{lab}/maps", *more])


@pytest.mark.parametrize("overwrite", [(), ("--overwrite",)])
@pytest.mark.parametrize(
    "out", ["white.hdr", "white", "white.img", "dark", "dark.hdr", "scan.img", "link.hdr"]
)
def test_a_reference_is_never_the_output(out: str, overwrite: tuple[str, ...], lab: Path) -> None:
    os.link(lab / "dark.hdr", lab / "link.hdr")
    before = contents(lab)
    assert calibrate(lab, lab / out, *overwrite) == 2
    assert contents(lab) == before


INPUTS: dict[str, Callable[[Path], list[str]]] = {
    "train over its labels": lambda lab: train(lab, lab / "wood" / "labels.tif"),
    "train over its classes": lambda lab: train(lab, lab / "wood" / "classes.json"),
    "train over its cube": lambda lab: train(lab, lab / "wood" / "simulated_wood.img"),
    "describe over its classes": lambda lab: describe(lab, lab / "wood" / "classes.json"),
    "describe over its labels": lambda lab: describe(lab, lab / "wood" / "labels.tif"),
}


def train(lab: Path, out: Path) -> list[str]:
    wood = lab / "wood"
    given = ["train", f"{wood}/simulated_wood.hdr", "--labels", f"{wood}/labels.tif"]
    return [*given, "--classes", f"{wood}/classes.json", "--out", str(out), "--epochs", "1"]


def describe(lab: Path, out: Path) -> list[str]:
    wood = lab / "wood"
    given = ["describe", "--classes", f"{wood}/classes.json", "--source", "measured", "--out", str(out)]
    return [*given, "--cube", f"{wood}/simulated_wood.hdr", "--labels", f"{wood}/labels.tif"]


@pytest.mark.parametrize("name", INPUTS)
def test_no_input_of_any_command_is_its_output(name: str, lab: Path, capsys: Captured) -> None:
    before = contents(lab)
    assert run([*INPUTS[name](lab), "--overwrite"]) == 2
    assert "input of this command" in capsys.readouterr().err
    assert contents(lab) == before


def test_maps_go_not_among_the_images_of_a_stack(lab: Path, tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "maps"
    folder.mkdir()
    bands = np.random.default_rng(0).integers(0, 255, (4, 40, 40), np.uint8)
    from PIL import Image

    for number, band in enumerate(bands):
        Image.fromarray(band).save(folder / f"band_{450 + number * 60}nm.png")
    words = ["--classes", f"{lab}/wood/classes.json", "--out", str(folder)]
    assert run(["predict", str(folder), *words]) == 2
    assert "input of this command" in capsys.readouterr().err
    assert len(list(folder.iterdir())) == 4


def test_names_keep_their_dots(lab: Path) -> None:
    before = contents(lab)
    for day in ("refl_2024.11.29", "refl_2024.11.30", "dark.v2"):
        assert calibrate(lab, lab / day) == 0
        assert open_cube(lab / f"{day}.hdr").name == day
    assert {path: contents(lab)[path] for path in before} == before


def test_two_days_have_two_names(lab: Path) -> None:
    for day in (29, 30):
        shutil.copy(lab / "scan.hdr", lab / f"scan_2024.11.{day}.hdr")
        shutil.copy(lab / "scan.img", lab / f"scan_2024.11.{day}")
    names = {open_cube(lab / f"scan_2024.11.{day}{end}").name for day in (29, 30) for end in ("", ".hdr")}
    assert names == {"scan_2024.11.29", "scan_2024.11.30"}
    (lab / "scan_2024.11.hdr").write_bytes((lab / "scan_2024.11.30.hdr").read_bytes())
    (lab / "scan_2024.11.30.hdr").unlink()
    assert run(["info", f"{lab}/scan_2024.11.30"]) == 2  # the header of another file


def test_calibrate_writes_into_a_folder(lab: Path) -> None:
    (lab / "made").mkdir()
    assert calibrate(lab, lab / "made") == 0
    assert {path.name for path in (lab / "made").iterdir()} == {
        "scan_reflectance.hdr",
        "scan_reflectance.img",
    }


@pytest.mark.parametrize("taken", ["made.hdr", "made.img"])
def test_what_somebody_else_made_stays(taken: str, lab: Path, capsys: Captured) -> None:
    (lab / taken).write_text("mine")
    assert calibrate(lab, lab / "made.hdr") == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (lab / taken).read_text() == "mine"
    assert calibrate(lab, lab / "made.hdr", "--overwrite") == 0
    assert calibrate(lab, lab / "made.hdr") == 0  # its own now
    (lab / taken).write_text("edited")
    assert calibrate(lab, lab / "made.hdr") == 2


def test_own_outputs_are_those_of_the_same_input(lab: Path) -> None:
    assert calibrate(lab, lab / "made.hdr") == 0
    assert calibrate(lab, lab / "made.hdr") == 0
    before = contents(lab)
    assert calibrate(lab, lab / "made.hdr", scan="other") == 2
    assert contents(lab) == before


def test_maps_of_another_cube_of_that_name_stay(lab: Path) -> None:
    assert predict(lab) == 0
    assert predict(lab) == 0
    before = contents(lab / "maps")
    (lab / "second").mkdir()
    write_scene(simulate("wood", lines=32, samples=32, seed=2), lab / "second")
    given = [f"{lab}/second/simulated_wood.hdr", "--classes", f"{lab}/wood/classes.json"]
    assert run(["predict", *given, "--out", f"{lab}/maps", "--format", "npy"]) == 2
    assert contents(lab / "maps") == before
    (lab / "maps" / "simulated_wood_areas.csv").write_text("by hand")
    assert predict(lab) == 2
    assert predict(lab, "--overwrite") == 0


def test_two_cubes_of_one_call_share_no_file(lab: Path, capsys: Captured) -> None:
    wood = lab / "wood"
    np.save(wood / "simulated_wood_objects.npy", open_cube(wood / "simulated_wood.hdr").read())
    np.save(lab / "numbers.npy", np.ones((32, 32), np.uint8))
    cubes = [f"{wood}/simulated_wood.hdr", f"{wood}/simulated_wood_objects.npy"]
    given = ["--classes", f"{wood}/classes.json", "--objects", *[f"{lab}/numbers.npy"] * 2]
    assert run(["predict", *cubes, "--out", f"{lab}/maps", *given]) == 2
    assert "twice" in capsys.readouterr().err
    assert not (lab / "maps").exists()


def test_demo_replaces_its_own_scenes_only(tmp_path: Path) -> None:
    assert run(["demo", "--out", str(tmp_path)]) == 0
    assert run(["demo", "--out", str(tmp_path)]) == 0
    (tmp_path / "fruit" / "classes.json").write_text("{}")
    before = contents(tmp_path)
    assert run(["demo", "--out", str(tmp_path)]) == 2
    assert contents(tmp_path) == before
    assert run(["demo", "--out", str(tmp_path), "--overwrite"]) == 0


def test_train_and_describe_replace_their_own_only(lab: Path) -> None:
    for command, name in ((train, "m.s3fn"), (describe, "d.json")):
        (lab / name).write_text("mine")
        assert run(command(lab, lab / name)) == 2
        assert (lab / name).read_text() == "mine"
        for _ in range(2):
            assert (
                run(
                    [
                        *command(lab, lab / f"own.{name}"),
                        *(() if command is describe else ("--device", "cpu")),
                    ]
                )
                == 0
            )


def test_without_a_cache_folder_files_are_strangers(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appdirs, "user_cache_dir", lambda *_, **__: f"{lab}/scan.hdr")
    assert calibrate(lab, lab / "made.hdr") == 0
    assert calibrate(lab, lab / "made.hdr") == 2
    assert calibrate(lab, lab / "made.hdr", "--overwrite") == 0
