"""The command line as a user meets it: exit status, what is on stdout, what is on stderr."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest

from s3fn_core.cli import look, run, training
from s3fn_core.cli.arguments import spread_lists
from s3fn_core.cubes.simulate import simulate, write_scene
from s3fn_core.labels.classes import ClassSet, Description, LabelClass, write_classes
from s3fn_core.labels.exchange import write_labels

Captured = pytest.CaptureFixture[str]
LEAF = LabelClass(1, "leaf", "#228833", (Description("green leaves, bright beyond 720 nm"),))
SOIL = LabelClass(2, "soil", "#aa3377", (Description("bare brown soil"),))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cube of two classes side by side, labels, truth and classes."""
    folder = tmp_path_factory.mktemp("scene")
    rng = np.random.default_rng(0)
    truth = np.ones((24, 24), np.uint8)
    truth[:, 12:] = 2
    spectra = np.stack([np.linspace(0.1, 0.6, 12), np.linspace(0.6, 0.1, 12)])
    cube = spectra[truth - 1] + rng.normal(0, 0.02, (24, 24, 12))
    np.save(folder / "scene.npy", cube.astype(np.float32))
    np.save(folder / "truth.npy", truth)
    np.save(folder / "labels.npy", np.where(rng.random(truth.shape) < 0.1, truth, 0))
    np.save(folder / "small.npy", truth[:20])
    write_classes(ClassSet((LEAF, SOIL)), folder / "classes.json")
    return folder


@pytest.fixture(scope="module")
def model(scene: Path) -> Path:
    """A model trained by the command, for the commands that need one."""
    status = run(
        [
            "train",
            f"{scene}/scene.npy",
            "--labels",
            f"{scene}/labels.npy",
            "--classes",
            f"{scene}/classes.json",
            "--out",
            f"{scene}/deeper/model.s3fn",
            "--epochs",
            "12",
            "--device",
            "cpu",
        ]
    )
    assert status == 0
    return scene / "deeper" / "model.s3fn"


def json_of(captured: Captured) -> dict[str, Any]:
    """The one object that is on stdout."""
    output: dict[str, Any] = json.loads(captured.readouterr().out)
    return output


def error_of(captured: Captured, arguments: list[str], status: int = 2) -> str:
    """The one line on stderr of a command that fails."""
    assert run(arguments) == status
    said = captured.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    return said.err


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        (["--labels", "a", "b", "--json"], ["--labels", "a", "--labels", "b", "--json"]),
        (["--labels", "a", "--labels", "b"], ["--labels", "a", "--labels", "b"]),
        (["--labels", "a", "b", "--labels=c"], ["--labels", "a", "--labels", "b", "--labels=c"]),
        (["m", "c", "--format", "png", "csv"], ["m", "c", "--format", "png", "--format", "csv"]),
        (["c1", "c2", "--out", "o", "--labels"], ["c1", "c2", "--out", "o", "--labels"]),
        ([], []),
    ],
)
def test_an_option_may_take_several_values(given: list[str], understood: list[str]) -> None:
    assert spread_lists(given) == understood


def test_info_tells_everything_about_a_cube(scene: Path, capsys: Captured) -> None:
    assert run(["info", f"{scene}/scene.npy", "--json"]) == 0
    told = json_of(capsys)
    assert (told["lines"], told["samples"], told["bands"]) == (24, 24, 12)
    assert told["wavelengths"] is None
    assert told["dtype"] == "float32"
    assert {"interleave", "nodata", "bad_bands", "notes"} <= set(told)
    assert run(["info", f"{scene}/scene.npy"]) == 0
    assert "24 lines x 24 samples x 12 bands" in capsys.readouterr().out


def test_train_reports_its_held_out_accuracy(scene: Path, capsys: Captured) -> None:
    arguments = ["train", f"{scene}/scene.npy", "--labels", f"{scene}/labels.npy"]
    arguments += ["--classes", f"{scene}/classes.json", "--out", f"{scene}/again.s3fn"]
    assert run([*arguments, "--epochs", "1", "--seed", "3", "--device", "cpu", "--json"]) == 0
    told = json_of(capsys)
    assert {"oa", "aa", "kappa", "split", "seconds", "notes"} <= set(told)
    assert (told["device"], told["seed"], told["preset"]) == ("cpu", 3, "pixel")
    assert Path(told["model"]).is_file()


def test_predict_writes_the_chosen_formats(
    model: Path, scene: Path, tmp_path: Path, capsys: Captured
) -> None:
    arguments = ["predict", str(model), f"{scene}/scene.npy", "--out", str(tmp_path / "map")]
    assert run([*arguments, "--format", "envi", "csv", "--json"]) == 0
    (told,) = json_of(capsys)["cubes"]
    names = {"scene_classes.hdr", "scene_classes.img", "scene_areas.csv"}
    assert names <= {Path(file).name for file in told["files"]}
    assert not list(tmp_path.rglob("*.png"))
    assert all(Path(file).is_file() for file in told["files"])
    assert sum(row["pixels"] for row in told["areas"]) == 24 * 24


def test_predict_writes_polygons_when_asked(
    model: Path, scene: Path, tmp_path: Path, capsys: Captured
) -> None:
    arguments = ["predict", str(model), f"{scene}/scene.npy", "--out", str(tmp_path / "map")]
    assert run([*arguments, "--format", "geopackage", "geojson", "--json"]) == 0
    (told,) = json_of(capsys)["cubes"]
    assert [Path(file).name for file in told["files"]] == ["scene_classes.gpkg", "scene_classes.geojson"]
    content = json.loads(Path(told["files"][1]).read_text("utf-8"))
    assert content["model"] == model.name
    pixels = [feature["properties"]["pixels"] for feature in content["features"]]
    assert sum(pixels) == 24 * 24
    assert pyogrio.read_info(told["files"][0], layer="scene_classes")["features"] == len(pixels)


def test_predict_needs_no_model_where_words_tell_the_spectra(tmp_path: Path, capsys: Captured) -> None:
    scene = simulate("wood", lines=64, samples=64)
    cube = write_scene(scene, tmp_path)
    arguments = ["predict", str(cube), "--classes", f"{tmp_path}/classes.json", "--format", "npy"]
    assert run([*arguments, "--out", f"{tmp_path}/map", "--json"]) == 0
    told = json_of(capsys)
    assert told["model"] is None
    ids = np.load(next(file for file in told["cubes"][0]["files"] if "classes" in file))
    wood = scene.truth > 0
    assert np.mean(ids[wood] == scene.truth[wood]) > 0.6
    silent = tmp_path / "silent.json"
    write_classes(ClassSet((LEAF, SOIL)), silent)
    arguments[arguments.index("--classes") + 1] = str(silent)
    assert "Expected reflectance" in error_of(capsys, [*arguments, "--out", f"{tmp_path}/map"])
    assert "--classes" in error_of(capsys, ["predict", str(cube), "--out", f"{tmp_path}/map"])


def test_evaluate_compares_every_labelled_pixel(model: Path, scene: Path, capsys: Captured) -> None:
    arguments = ["evaluate", str(model), *[f"{scene}/scene.npy"] * 2]
    assert run([*arguments, "--labels", *[f"{scene}/truth.npy"] * 2, "--json"]) == 0
    told = json_of(capsys)
    assert told["count"] == 2 * 24 * 24
    assert told["oa"] > 0.9
    assert {"aa", "kappa", "ece", "per_class", "confusion"} <= set(told)
    assert [c["name"] for c in told["per_class"]] == ["leaf", "soil"]
    assert run([*arguments[:-1], "--labels", f"{scene}/truth.npy"]) == 0
    assert "precision" in capsys.readouterr().out


def test_evaluate_tells_labels_that_were_trained_on(model: Path, scene: Path, capsys: Captured) -> None:
    known = int(np.count_nonzero(np.load(scene / "labels.npy")))
    arguments = ["evaluate", str(model), f"{scene}/scene.npy", "--labels"]
    assert run([*arguments, f"{scene}/truth.npy", "--json"]) == 0
    told = json_of(capsys)
    assert (told["count"], told["learned"], told["unseen"]["count"]) == (24 * 24, known, 24 * 24 - known)
    assert any(f"was trained on {known} of these 576 labelled pixels" in note for note in told["notes"])
    assert run([*arguments, f"{scene}/labels.npy", "--json"]) == 0
    told = json_of(capsys)
    assert (told["learned"], told["unseen"]) == (known, None)
    assert any("how well it remembers them" in note for note in told["notes"])
    others = np.where(np.load(scene / "labels.npy") > 0, 0, np.load(scene / "truth.npy"))
    np.save(scene / "others.npy", others)
    assert run([*arguments, f"{scene}/others.npy", "--json"]) == 0
    told = json_of(capsys)
    assert told["learned"] == 0
    assert not any("trained on" in note for note in told["notes"])


def test_regions_mean_classes_by_their_names(
    model: Path, scene: Path, tmp_path: Path, capsys: Captured
) -> None:
    """ENVI's regions have no ids; here their order is not that of the classes."""
    truth = np.load(scene / "truth.npy")
    turned = ClassSet((LabelClass(1, "Soil", "#aa3377"), LabelClass(2, "leaf", "#228833")))
    regions = tmp_path / "regions.xml"
    write_labels(np.asarray(3 - truth, np.uint8), regions, turned)
    arguments = ["evaluate", str(model), f"{scene}/scene.npy", "--labels", str(regions)]
    assert run([*arguments, "--json"]) == 0
    told = json_of(capsys)
    assert told["count"] == 24 * 24
    assert told["oa"] > 0.9
    strange = ClassSet((LabelClass(1, "gravel", "#aa3377"), LabelClass(2, "leaf", "#228833")))
    write_labels(np.asarray(3 - truth, np.uint8), regions, strange)
    told_error = error_of(capsys, arguments)
    assert '"gravel"' in told_error
    assert "leaf, soil" in told_error


def test_names_of_a_map_that_contradict_the_classes_are_asked_about(
    model: Path, scene: Path, tmp_path: Path, capsys: Captured
) -> None:
    turned = ClassSet((LabelClass(1, "soil", "#aa3377"), LabelClass(2, "leaf", "#228833")))
    write_labels(np.load(scene / "truth.npy"), tmp_path / "map.hdr", turned)
    arguments = ["evaluate", str(model), f"{scene}/scene.npy", "--labels", f"{tmp_path}/map.hdr"]
    said = error_of(capsys, arguments)
    assert 'calls its class 1 "soil", but the class 1 is "leaf"' in said
    assert "--match names, or --match ids" in said
    assert run([*arguments, "--match", "ids", "--json"]) == 0
    assert json_of(capsys)["oa"] > 0.9
    assert run([*arguments, "--match", "names", "--json"]) == 0
    assert json_of(capsys)["oa"] < 0.1
    for names in (("LEAF", " soil"), ("class 1", "2")):  # the same, or nothing
        same = ClassSet((LabelClass(1, names[0], "#aa3377"), LabelClass(2, names[1], "#228833")))
        write_labels(np.load(scene / "truth.npy"), tmp_path / "map.hdr", same)
        assert run([*arguments, "--json"]) == 0
        assert json_of(capsys)["oa"] > 0.9


def test_similarity_warns_of_descriptions_that_say_the_same(tmp_path: Path, capsys: Captured) -> None:
    twin = LabelClass(3, "twin", "#4477aa", SOIL.descriptions)
    write_classes(ClassSet((LEAF, SOIL, twin)), tmp_path / "classes.json")
    assert run(["similarity", "--classes", f"{tmp_path}/classes.json", "--json"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert np.allclose(np.diag(told["similarity"]), 1)
    assert told["similarity"][1][2] == pytest.approx(1, abs=1e-5)
    assert said.err.count("\n") == 1
    assert '"soil" and "twin"' in said.err


def test_demo_writes_scenes_and_names_commands_that_open_them(tmp_path: Path, capsys: Captured) -> None:
    assert run(["demo", "--out", str(tmp_path)]) == 0
    commands_named = [line.split()[1:] for line in capsys.readouterr().out.splitlines() if " s3fn " in line]
    assert [words[0] for words in commands_named] == ["train", "predict", "evaluate"] * 3
    train = commands_named[0]
    assert run(["info", train[1], "--json"]) == 0
    assert json_of(capsys)["simulated"] is True
    assert all(Path(train[train.index(o) + 1]).is_file() for o in ("--labels", "--classes"))
    evaluate = commands_named[2]
    assert Path(evaluate[-1]).is_file()


def test_wrong_arguments_are_named_in_one_line(scene: Path, model: Path, capsys: Captured) -> None:
    cube, labels, classes = f"{scene}/scene.npy", f"{scene}/labels.npy", f"{scene}/classes.json"
    train = ["train", cube, "--classes", classes, "--out", f"{scene}/x.s3fn", "--labels"]
    assert "--labels" in error_of(capsys, ["train", cube])
    assert "predit" in error_of(capsys, ["predit"])
    assert "label maps: 2" in error_of(capsys, [*train, labels, labels])
    assert "20 x 24" in error_of(capsys, [*train, f"{scene}/small.npy"])
    assert "none.hdr" in error_of(capsys, ["info", f"{scene}/none.hdr"])
    assert "scene.npy" in error_of(capsys, ["evaluate", cube, cube, "--labels", labels])
    predict = ["predict", str(model), cube, "--out", f"{scene}/map"]
    assert "bmp" in error_of(capsys, [*predict, "--format", "png", "bmp"])
    again = scene / "again" / "scene.npy"
    again.parent.mkdir(exist_ok=True)
    np.save(again, np.load(cube))
    both = [*predict[:3], str(again), *predict[3:], "--objects", labels, labels, "--same-objects"]
    assert 'Several cubes are called "scene"' in error_of(capsys, both)
    assert "labels.npy" in error_of(capsys, [*predict[:-1], labels])
    nothing_labelled = f"{scene}/nothing.npy"
    np.save(nothing_labelled, np.zeros((24, 24), np.uint8))
    assert "leaf" in error_of(capsys, [*train, nothing_labelled])
    assert "is a folder" in error_of(capsys, [*train, labels, "--out", str(scene)])
    assert "classes.json" in error_of(capsys, ["similarity", "--classes", "no/classes.json"])


def test_no_argument_shows_the_commands(capsys: Captured) -> None:
    assert run([]) == 0
    assert "predict" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("trouble", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (RuntimeError("two\nlines"), 1, "unexpected error (RuntimeError: two lines)"),
        (PermissionError(13, "Permission denied", "a/b"), 2, "a/b: Permission denied"),
    ],
)
def test_trouble_gives_one_line_and_its_status(
    trouble: BaseException, status: int, said: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise trouble

    monkeypatch.setattr(look, "open_cube", fail)
    assert said in error_of(capsys, ["info", "a.hdr"], status)


def test_the_program_logs_what_is_unexpected(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from s3fn_core.cli import look, main\n"
        "look.open_cube = lambda path: 1 / 0\n"
        "sys.argv = ['s3fn', 'info', 'a.hdr']\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PATH": ""},
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    if sys.platform == "linux":
        assert "ZeroDivisionError" in (tmp_path / "s3fn" / "log" / "s3fn.log").read_text("utf-8")


@pytest.mark.parametrize("library", ["typer", "numpy", "s3fn_core.cubes", "torch", "safetensors"])
@pytest.mark.parametrize("wrapped", [False, True], ids=["plain", "turned into another error"])
def test_ctrl_c_during_the_imports_is_one_line(tmp_path: Path, library: str, wrapped: bool) -> None:
    np.save(tmp_path / "cube.npy", np.ones((4, 4, 3), np.float32))
    program = f"""
import builtins, os, signal, sys
real = builtins.__import__
def importing(name, *rest):
    if name.split(".")[0] == {library!r} or name.startswith({library!r}):
        builtins.__import__ = real
        try:
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000): pass
        except KeyboardInterrupt:
            if {wrapped}: raise ImportError("something failed to import")
            raise
    return real(name, *rest)
builtins.__import__ = importing
from s3fn_core.cli import main
sys.argv = ["s3fn", "predict", "{tmp_path}/no.s3fn", "{tmp_path}/cube.npy", "--out", "{tmp_path}/out"]
main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env={"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PATH": ""},
    )
    assert (done.stdout, done.stderr, done.returncode) == ("", "s3fn: interrupted\n", 130)


def test_the_window_is_left_quietly_during_its_imports(tmp_path: Path) -> None:
    program = """
import builtins, os, signal
real = builtins.__import__
def importing(name, *rest):
    if name.startswith("PySide6"):
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *rest)
builtins.__import__ = importing
from s3fn_gui.app import main
main([])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("", "s3fn-gui: interrupted\n", 130)


def test_the_window_is_left_quietly_at_any_time() -> None:
    program = """
import os, signal, threading
from s3fn_gui.app import main
threading.Timer(4, os.kill, (os.getpid(), signal.SIGINT)).start()
main([])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith("s3fn-gui: interrupted\n")
    assert done.returncode == 130


def train_command(scene: Path, *options: str) -> list[str]:
    """Arguments of a quick training on half of the truth of the scene."""
    half = np.load(scene / "truth.npy") * (np.indices((24, 24)).sum(0) % 2 == 0)
    np.save(scene / "half.npy", half.astype(np.uint8))
    return [
        "train",
        f"{scene}/scene.npy",
        "--labels",
        f"{scene}/half.npy",
        "--classes",
        f"{scene}/classes.json",
        "--out",
        f"{scene}/split.s3fn",
        "--epochs",
        "1",
        "--device",
        "cpu",
        *options,
    ]


def test_train_tests_the_regions_that_are_given(scene: Path, capsys: Captured) -> None:
    regions = np.zeros((24, 24), np.uint8)
    regions[:8] = 3
    np.save(scene / "regions.npy", regions)
    command = train_command(scene, "--test-regions", f"{scene}/regions.npy")
    assert run([*command, "--json"]) == 0
    told = json_of(capsys)
    assert told["split"].startswith("96 labelled pixels in the given test regions")
    assert told["count"] == 96
    assert told["intervals"] is None
    assert run(command) == 0
    assert "Held out (96 labelled pixels in the given test regions" in capsys.readouterr().out


def test_train_keeps_objects_together_and_tells_intervals(scene: Path, capsys: Captured) -> None:
    objects = 1000 * (1 + np.arange(24)[:, None] // 6 * 4 + np.arange(24) // 6)
    np.save(scene / "objects.npy", objects)
    command = train_command(scene, "--objects", f"{scene}/objects.npy")
    assert run([*command, "--json"]) == 0
    told = json_of(capsys)
    assert "folds of whole objects" in told["split"]
    assert told["intervals"]["blocks"] == 16
    assert sum(part["count"] for part in told["reliability"]) == told["count"]
    expected = told["map_accuracy"]
    assert 0 <= expected["low"] < expected["high"] <= 1
    assert expected["places"] >= 16
    assert run(command) == 0
    said = capsys.readouterr().out
    assert "16 objects" in said
    assert f"{100 * expected['high']:.0f} % of the whole map to be correct." in said


def test_train_warns_of_a_random_split(scene: Path, capsys: Captured) -> None:
    assert run([*train_command(scene, "--split", "random"), "--json"]) == 0
    said = capsys.readouterr()
    assert "random" in json.loads(said.out)["split"]
    assert "too optimistic" in said.err


def test_maps_that_do_not_fit_are_named_in_one_line(scene: Path, capsys: Captured) -> None:
    truth, small, nothing = (f"{scene}/{name}.npy" for name in ("truth", "small", "none"))
    np.save(nothing, np.zeros((24, 24), np.uint8))
    for options, said in (
        (("--objects", truth, truth), "maps after --objects: 2"),
        (("--test-regions", truth, truth), "maps after --test-regions: 2"),
        (("--objects", small), "--objects: "),
        (("--test-regions", small), "20 x 24"),
        (("--test-regions", nothing), "mark no pixel"),
        (("--test-regions", truth), "left to train on: leaf, soil"),
        (("--objects", nothing), "None of the labelled pixels"),
        (("--split", "random", "--objects", truth), "leave the maps out"),
        (("--split", "odd"), "Invalid value for '--split': 'odd' is not one of"),
    ):
        assert said in error_of(capsys, train_command(scene, *options))


def test_evaluate_tells_intervals_over_squares_of_the_cubes(
    model: Path, scene: Path, capsys: Captured
) -> None:
    for cubes, blocks in ((2, None), (5, 5)):  # each of 24 x 24 pixels, one square of 32
        arguments = ["evaluate", str(model), *[f"{scene}/scene.npy"] * cubes]
        assert run([*arguments, "--labels", *[f"{scene}/truth.npy"] * cubes, "--json"]) == 0
        intervals = json_of(capsys)["intervals"]
        assert blocks == (intervals and intervals["blocks"])


def test_train_without_a_held_out_part_says_why(scene: Path, capsys: Captured) -> None:
    one_place = np.zeros((24, 24), np.uint8)
    one_place[10:12, 10:14] = np.load(scene / "truth.npy")[10:12, 10:14]
    np.save(scene / "one_place.npy", one_place)
    command = train_command(scene)
    command[command.index("--labels") + 1] = f"{scene}/one_place.npy"
    assert run(command) == 0
    said = capsys.readouterr().out
    assert "labelled in one place only; label every class in at least two separate places" in said
    assert "No accuracy was measured: some class" not in said  # they are named


@pytest.mark.parametrize("written", [False, True])
def test_an_interrupted_training_tells_what_is_kept(
    written: bool, scene: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        if written:
            (scene / "split.s3fn.partial").write_bytes(b"")
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "follow", interrupted)
    assert run([*train_command(scene), "--resume"]) == 130
    said = capsys.readouterr().err
    (scene / "split.s3fn.partial").unlink(missing_ok=True)
    assert ("to continue" in said, "nothing was saved yet" in said) == (written, not written)
    assert said.endswith("s3fn: interrupted\n")


def test_evaluate_tells_whether_the_text_matters(scene: Path, model: Path, capsys: Captured) -> None:
    command = ["evaluate", str(model), f"{scene}/scene.npy", "--labels", f"{scene}/labels.npy"]
    before = model.read_bytes()
    assert run([*command, "--text-controls", "--seeds", "1", "--device", "cpu", "--json"]) == 0
    result = json_of(capsys)
    controls = result["text_controls"]
    names = [v["name"] for v in controls["variants"]]
    assert names[0] == "descriptions"
    assert {"names", "shuffled", "random", "none", "noisy 30", "tuned"} <= set(names)
    assert controls["seeds"] == [0]
    assert controls["verdict"].endswith(".")
    assert "oa" in result
    assert model.read_bytes() == before
