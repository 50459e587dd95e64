"""Wrong types are refused where they come in, by one sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pytest

import s3fn_core as s3fn
from s3fn_core.checked import check_numbers, check_range, checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import LabelError, ModelError, S3FNError
from s3fn_core.progress import Progress, run
from tests.core.model.models import small, untrained
from tests.core.model.scenes import QUICK, classes, some_labels, stripes, truth

CUBE, LABELS, CLASSES, CONFIG = stripes(), some_labels(stripes()), classes(), QUICK.with_epochs(1)
DATA = [s3fn.LabelledCube(CUBE, LABELS)]
MODEL = untrained(small("pixel"), CUBE)
OBJECTS = truth(CUBE).astype(np.int64)
WHITE = s3fn.Reference(np.ones((1, 1)), "white")
MAP = s3fn.ClassMap(LABELS, None, CLASSES, "cube")


def train(**wrong: Any) -> Any:
    given = {"data": DATA, "classes": CLASSES, "config": CONFIG, "device": "cpu"} | wrong
    return run(s3fn.train(**given))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: s3fn.LabelClass(1, "soil", "#b5651d", "dark and dry"), "dark and dry"),
        (lambda: CLASSES.changed(1, descriptions="dark"), "each item a Description"),
        (lambda: s3fn.Description(None), "text is None; give a string"),
        (lambda: s3fn.ClassSet(["soil", "water"]), 'holds the string "soil"; give a LabelClass'),
        (lambda: s3fn.ClassSet("soil"), "give a tuple, each item a LabelClass"),
        (lambda: train(classes=["soil", "water"]), "give a ClassSet, as read_classes gives"),
        (lambda: s3fn.LabelledCube(CUBE, LABELS + 0.5), "give an array of whole numbers"),
        (lambda: s3fn.LabelledCube(CUBE, np.full(LABELS.shape, np.nan)), "whole numbers"),
        (lambda: s3fn.LabelledCube(CUBE, LABELS.astype(int) - 1), "holds -1"),
        (lambda: s3fn.LabelledCube(CUBE, LABELS.astype(int) + 256), "run from 0 (none) to 255"),
        (lambda: s3fn.LabelledCube(CUBE, LABELS, -OBJECTS), "run from 0 (none) on"),
        (lambda: s3fn.LabelledCube("scene.hdr", LABELS), "give a Cube, as open_cube gives"),
        (lambda: train(data=[]), "No cubes to train on"),
        (lambda: train(data=DATA[0]), "give a list, each item a LabelledCube"),
        (lambda: train(data=[(CUBE, LABELS)]), "give a LabelledCube(cube, labels) for each"),
        (lambda: train(config="pixel"), "give a TrainConfig, as preset gives"),
        (lambda: train(initial="model.s3fn"), "give an S3FNModel, as load_model gives, or None"),
        (lambda: s3fn.export_map(MAP, "out", "a", "png"), 'formats is the string "png"; give a list'),
        (lambda: s3fn.export_map(MAP, "out", "a", []), "without a format"),
        (lambda: s3fn.ClassMap(LABELS, LABELS[:3], CLASSES, "cube"), "they must agree"),
        (lambda: s3fn.Calibration(10000, 0), "white is of type int; give a Reference"),
        (lambda: s3fn.Calibration(WHITE, maximum=float("nan")), "give a positive number"),
        (lambda: s3fn.Reference(np.zeros(3), "white"), "needs two axes"),
        (lambda: CONFIG.with_(patch=2.5), "patch is of type float; give a whole number"),
        (lambda: CONFIG.with_(patch=True), "patch is of type bool"),
        (lambda: CONFIG.with_(patch=0), "1 to 128 pixels wide"),
        (lambda: CONFIG.with_(seed=-1), "seed of a training is -1"),
        (lambda: CONFIG.with_(per_class=0), "must be at least 1"),
        (lambda: CONFIG.with_epochs("3"), "give a whole number"),
        (lambda: replace(CONFIG.stage1, learning_rate=float("nan")), "learning_rate of a training is nan"),
        (lambda: replace(CONFIG.network, dropout=2.0), "at most 1"),
        (lambda: s3fn.predict("model.s3fn", CUBE), "give an S3FNModel, as load_model gives"),
        (lambda: s3fn.predict(MODEL, "scene.hdr"), "give a Cube, as open_cube gives"),
        (lambda: s3fn.predict(CUBE, MODEL), "model is of type Cube"),
        (lambda: run(s3fn.predict(MODEL, CUBE, tile=0)), "side of a tile is 0"),
        (lambda: s3fn.predict(MODEL, CUBE, where=OBJECTS), "where holds values of type int64"),
        (lambda: s3fn.reworded(MODEL, CLASSES, None, -1.0), "weight of the words is -1"),
        (lambda: s3fn.predict_objects(MODEL, CUBE, "objects.npy"), "give an array of numbers"),
        (lambda: s3fn.accuracy(LABELS, LABELS, CLASSES, np.ones(3)), "differ in shape"),
        (lambda: s3fn.LabelMap(LABELS.astype(int) + 256), "to 255"),
        (lambda: s3fn.write_labels(LABELS.astype(int) * 300, "x.npy", CLASSES), "to 255"),
        (lambda: s3fn.open_cube(None), "give a string, or a path"),
        (lambda: s3fn.Cube(np.zeros((2, 2, 2)), None), "name of a cube is of type NoneType"),
        (lambda: s3fn.Cube(np.zeros((2, 2, 2)), "x", scale=0.0), "scale of 0.0 is impossible"),
        (lambda: s3fn.Cube(np.zeros((2, 2, 2)), "x", georeference="EPSG:32633"), "give a Georeference"),
        (lambda: s3fn.write_envi(CUBE, "x.hdr", np.arange(3.0)), "3 wavelengths for 24 bands"),
        (lambda: s3fn.write_envi(CUBE, "x.hdr", interleave="BIL"), "give one of bil, bip, bsq"),
        (lambda: s3fn.write_envi(CUBE, "x.hdr", dtype="counts"), "is not a type of numbers"),
        (lambda: s3fn.apply_mask(CUBE, OBJECTS + 0.5), "whole numbers on two axes"),
        (lambda: s3fn.object_table(-OBJECTS), "run from 0 (none) on"),
        (lambda: s3fn.Splitting(method="watersheds"), "give one of connected, watershed, circles"),
        (lambda: s3fn.Splitting(radii=(3,)), "radii has 1 values; give 2 values"),
        (lambda: s3fn.simulate("fruit", seed=-1), "from 0 on"),
        (lambda: s3fn.Project.load(None), "give a string, or a path"),
        (lambda: run(CUBE), "give an operation"),
        (lambda: s3fn.save_model(s3fn.train(DATA, CLASSES, CONFIG), "m.s3fn"), "model is of type generator"),
    ],
)
def test_one_sentence_at_the_door(call: Callable[[], Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(S3FNError) as caught:
        call()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


JUNK = (None, 3, 2.5, "text", b"x", ["a"], {}, np.zeros(3), object())
DOORS: dict[str, Callable[[Any], Any]] = {
    name: getattr(s3fn, name)
    for name in (
        "averaged_lines",
        "compute_features",
        "default_composite",
        "encode_classes",
        "find_objects",
        "load_model",
        "make_mask",
        "object_table",
        "open_cube",
        "predict",
        "predict_objects",
        "preset",
        "read_classes",
        "read_label_file",
        "read_labels",
        "read_libraries",
        "read_library",
        "read_objects",
        "reflectance",
        "region_spectrum",
        "rescore",
        "Rescorer",
        "retrain",
        "reworded",
        "run",
        "save_model",
        "simulate",
        "train",
        "variables_of",
        "write_classes",
        "write_envi",
        "write_labels",
        "write_library",
        "write_reflectance",
    )
}


def _done(result: Any) -> None:
    """Run what is an operation."""
    if hasattr(result, "__next__"):
        run(result)


@pytest.mark.parametrize("name", DOORS)
def test_whatever_comes_first_is_refused(name: str) -> None:
    """With the other arguments right, if there are others."""
    right: dict[str, Any] = {
        "classes": CLASSES,
        "config": CONFIG,
        "cube": CUBE,
        "data": DATA,
        "objects": OBJECTS,
        "path": "out.npy",
        "calibration": s3fn.Calibration(WHITE),
        "recipe": s3fn.Recipe(),
        "region": OBJECTS > 0,
        "splitting": s3fn.Splitting(),
    }
    function = DOORS[name]
    parameters = list(inspect.signature(function).parameters.values())
    needed = {p.name: right[p.name] for p in parameters[1:] if p.default is p.empty}
    for junk in JUNK:
        with pytest.raises(S3FNError):
            _done(function(junk, **needed))


def test_a_folder_where_a_file_is_wanted(tmp_path: Path) -> None:
    folder = tmp_path / "folder.npy"
    folder.mkdir()
    for read in (s3fn.load_model, s3fn.read_classes, s3fn.read_labels, s3fn.read_library, s3fn.open_cube):
        with pytest.raises(S3FNError, match="folder"):
            read(folder)
    for write in (
        lambda: s3fn.save_model(MODEL, folder),
        lambda: s3fn.write_classes(CLASSES, folder),
        lambda: s3fn.write_labels(LABELS, folder, CLASSES),
        lambda: train(resume=folder),
    ):
        with pytest.raises(S3FNError, match="folder"):
            write()


@checked(ModelError)
def everything(
    path: str | PathLike[str],
    many: Sequence[int] = (),
    pair: tuple[int, str] = (1, "a"),
    any_number: tuple[float, ...] = (),
    kind: Literal["a", 3] = "a",
    flags: npt.NDArray[np.bool_] | None = None,
    ids: npt.NDArray[np.uint8] | None = None,
    values: npt.NDArray[np.float32] | None = None,
    *,
    truth: bool = False,
    size: float = 1.0,
    known_later: Later | None = None,
    unknown: Nowhere | None = None,  # type: ignore[name-defined]  # noqa: F821
) -> Any:
    """Every form of annotation."""
    return many, pair, any_number, flags, ids, values


@dataclass
class Later:
    """Defined after it is named."""


def test_what_fits_passes_and_lists_stand_for_tuples_and_arrays() -> None:
    found = everything(
        Path("x"), [1, np.int64(2)], [1, "b"], [1, 2.5], 3, [0, 1], [[1, 2]], [1, 2.5], size=2, unknown=3
    )
    assert found[:3] == ([1, 2], (1, "b"), (1, 2.5))
    assert found[3].dtype == bool
    assert found[4].shape == (1, 2)
    assert found[5].tolist() == [1, 2.5]
    everything("x", truth=np.True_, known_later=Later())  # type: ignore[arg-type]
    assert everything.__doc__ == "Every form of annotation."


@pytest.mark.parametrize(
    "wrong",
    [
        {"many": "12"},
        {"many": [1.5]},
        {"pair": (1, 2)},
        {"pair": (1,)},
        {"any_number": ["a"]},
        {"kind": "b"},
        {"kind": 3.0},
        {"flags": [0, 2]},
        {"ids": [0.5]},
        {"ids": [[1], [1, 2]]},
        {"values": ["a"]},
        {"truth": 1},
        {"size": True},
        {"known_later": 3},
    ],
)
def test_what_does_not_fit_is_named(wrong: dict[str, Any]) -> None:
    (name,) = wrong
    with pytest.raises(ModelError, match=rf"^everything: {name} .*; give .*\.$") as caught:
        everything("x", **wrong)
    assert isinstance(caught.value, TypeError)  # as it is for whoever reads records


def test_too_few_arguments_are_pythons_own_error() -> None:
    with pytest.raises(TypeError, match="path"):
        everything()  # type: ignore[call-arg]


def test_numbers_and_ranges() -> None:
    check_numbers(np.zeros((2, 2), np.uint8), "A map", LabelError, 3)
    for wrong in (np.zeros(3, int), np.zeros((2, 2)), np.full((2, 2), 4), np.full((2, 2), -1)):
        with pytest.raises(LabelError, match="A map"):
            check_numbers(wrong, "A map", LabelError, 3)
    check_range("It", 1, 0, 1, LabelError)
    for number in (-1, 2, float("nan")):
        with pytest.raises(LabelError, match="at least 0 and at most 1"):
            check_range("It", number, 0, 1, LabelError)


def test_notes_of_progress_go_by_name() -> None:
    assert Progress("step", 0.5, notes=("now",)).notes == ("now",)
    assert isinstance(CUBE, Cube)
