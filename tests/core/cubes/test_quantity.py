"""Whether values are reflectance has one answer, whoever asks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run as run_command
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.quantity import is_reflectance, is_unsure, judged
from s3fn_core.cubes.simulate import simulate
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Metadata, Treatment, as_bytes, read_treatment
from s3fn_core.labels.classes import ClassSet, write_classes
from s3fn_core.progress import run
from s3fn_core.words.measured import class_facts, measured_descriptions
from s3fn_core.words.scene_check import check_description, read_scene

WAVES = np.linspace(450, 900, 12)
CLASSES = ClassSet().added("dark").added("bright")
IDS = np.ones((20, 16), np.uint8)
IDS[:, 8:] = 2


def cube_of(low: float, high: float, dtype: type = np.float32, **more: object) -> Cube:
    ramp = np.linspace(low, high, 12)
    values = np.where(IDS[:, :, None] == 1, 0.5 * ramp, ramp).astype(dtype)
    return Cube(values, "scene", wavelengths=WAVES, **more)  # type: ignore[arg-type]


def answers(cube: Cube) -> tuple[bool, bool, bool]:
    """What the claims, the facts and the measured description take the values for."""
    facts = run(class_facts(cube, IDS, CLASSES))
    text = run(measured_descriptions(cube, IDS, CLASSES))[1].text
    reading = run(read_scene(cube, IDS, CLASSES))
    return reading.sample is None, not facts[1].relative, "not reflectances" not in text


@pytest.mark.parametrize(
    ("cube", "expected"),
    [
        (cube_of(0.05, 0.7), True),
        (cube_of(0.05, 0.7).with_(reflectance=False), False),
        (cube_of(500, 7000, np.uint16), False),
        (cube_of(500, 7000, np.uint16, scale=1e-4), True),
        (cube_of(5.0, 300.0), False),
        (cube_of(0.5, 1.9), False),
        (cube_of(0.5, 1.9).with_(reflectance=True), True),
        (cube_of(5.0, 70.0, scale=0.01), True),
    ],
    ids=["fractions", "said to be none", "counts", "scaled", "radiance", "beyond 1.5", "said", "per cent"],
)
def test_claims_facts_and_descriptions_agree(cube: Cube, expected: bool) -> None:
    assert is_reflectance(cube) is expected
    assert answers(cube) == (expected,) * 3
    assert answers(judged(cube)) == (expected,) * 3


def test_levels_of_fractions_are_checked() -> None:
    """They were "not reflectance" to the claims, and reflectance to the facts beside them."""
    cube = cube_of(0.05, 0.7)
    described = run(measured_descriptions(cube, IDS, CLASSES))
    classes = CLASSES.changed(1, descriptions=(described[1],))
    checked = check_description(run(read_scene(cube, IDS, classes)), classes, 1)
    assert checked.findings
    assert not [f for f in checked.findings if "not reflectance" in f.sentence]


def test_only_what_nobody_says_is_asked_about() -> None:
    assert is_unsure(cube_of(0.05, 0.7))
    for known in (
        cube_of(0.05, 0.7).with_(reflectance=True),
        cube_of(500, 7000, np.uint16),
        cube_of(500, 7000, np.uint16, scale=1e-4),
        cube_of(5.0, 300.0),
        simulate("wood", lines=64, samples=64).cube,
    ):
        assert not is_unsure(known)


def test_a_treatment_says_what_values_are_and_keeps_it(tmp_path: Path) -> None:
    source = judged(cube_of(0.05, 0.7))
    white, dark = (Reference.constant(value) for value in (9000.0, 10.0))
    calibrated = Treatment(calibration=Calibration(white, dark, np.ones(1)))
    assert calibrated.applied(judged(cube_of(500, 7000, np.uint16))).reflectance
    said = Treatment(Metadata(tuple(WAVES), (True,) * 12, None, 1.0, reflectance=False))
    (tmp_path / "t.npz").write_bytes(as_bytes(said))
    again = read_treatment(tmp_path / "t.npz")
    assert again.metadata == said.metadata
    assert again.applied(source).reflectance is False
    assert Treatment(Metadata.of(source)).applied(source).reflectance is True
    counts = judged(cube_of(500, 7000, np.uint16))
    scaled = Treatment(Metadata(tuple(WAVES), (True,) * 12, None, 1e-4))
    assert scaled.applied(counts).reflectance is True


def test_the_command_line_tells_and_takes_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "scene.npy", np.asarray(cube_of(0.05, 0.7).data))
    np.save(tmp_path / "labels.npy", IDS)
    write_classes(CLASSES, tmp_path / "classes.json")
    command = ["describe", "--classes", f"{tmp_path}/classes.json", "--source", "measured", "--json"]
    command += ["--cube", f"{tmp_path}/scene.npy", "--labels", f"{tmp_path}/labels.npy", "--overwrite"]
    command += ["--out", f"{tmp_path}/out.json"]
    assert run_command(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert any("look like reflectance" in note for note in told["notes"])
    assert "relative" not in told["described"]["dark"][0]["text"]
    assert run_command([*command, "--values", "other"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert not any("look like reflectance" in note for note in told["notes"])
    assert "not reflectances" in told["described"]["dark"][0]["text"]


def test_a_header_keeps_the_answer(tmp_path: Path) -> None:
    cube = cube_of(0.05, 0.7)
    assert open_cube(write_envi(cube, tmp_path / "plain.hdr")).reflectance is None
    known = open_cube(write_envi(cube.with_(reflectance=True), tmp_path / "known.hdr"))
    assert known.reflectance is True
    assert not is_unsure(known)
    np.testing.assert_array_equal(known.spectrum(3, 3), cube.spectrum(3, 3))
