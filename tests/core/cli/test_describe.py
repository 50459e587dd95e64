"""The command describe, with a language model that runs in the test."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run
from s3fn_core.cubes.formats import write_envi
from s3fn_core.labels.classes import ClassSet, Description, LabelClass, read_classes, write_classes
from s3fn_core.words import llm_errors
from tests.llm_server import KEY, MODEL, LLMServer

Captured = pytest.CaptureFixture[str]
LOCKED = Description("Water is dark.", locked=True)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(llm_errors, "PAUSES", (0.02, 0.02))


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


@pytest.fixture
def classes(tmp_path: Path) -> Path:
    """Soil with words of the user, water with locked ones, tree with one of each."""
    path = tmp_path / "classes.json"
    mine = Description("mine")
    write_classes(
        ClassSet(
            (
                LabelClass(1, "soil", "#aa3377", (mine,)),
                LabelClass(2, "water", "#4477aa", (LOCKED,)),
                LabelClass(3, "tree", "#228833", (mine, LOCKED)),
            )
        ),
        path,
    )
    return path


def describe(classes: Path, server: LLMServer, *more: str) -> tuple[int, Path]:
    """The exit status, and the file to be written."""
    out = classes.with_name("described.json")
    where = ["--source", "llm", "--base-url", server.base_url, "--model", MODEL]
    status = run(["describe", "--classes", str(classes), "--out", str(out), *where, *more])
    return status, out


def test_classes_are_described_and_locked_words_stay(
    classes: Path, server: LLMServer, capsys: Captured
) -> None:
    status, out = describe(classes, server, "--paragraphs", "2", "--json")
    captured = capsys.readouterr()
    assert status == 0
    result = json.loads(captured.out)
    assert set(result["described"]) == {"soil", "tree"}
    assert result["described"]["soil"][0]["model"] == f"{MODEL} at 127.0.0.1"
    assert "note: water: all descriptions are locked" in captured.err
    written = read_classes(out)
    assert [d.source for d in written[1].descriptions] == ["llm", "llm"]
    assert written[2].descriptions == (LOCKED,)
    assert [d.source for d in written[3].descriptions] == ["llm", "llm", "user"]
    assert written[3].descriptions[-1] == LOCKED
    assert KEY not in out.read_text() + captured.out + captured.err


def test_the_cube_tells_the_range_and_own_prompts_are_used(
    classes: Path, server: LLMServer, tmp_path: Path
) -> None:
    cube = write_envi(np.ones((3, 4, 5), np.float32), tmp_path / "cube.hdr", np.linspace(430, 870, 5))
    folder = tmp_path / "CONFIG" / "s3fn" / "prompts"
    folder.mkdir(parents=True)
    own = {"domain": "cheese", "system": "{domain} in {language}", "user": "{label} {range_nm}"}
    (folder / "cheese.json").write_text(json.dumps(own))
    more = ["--cube", str(cube), "--domain", "cheese", "--language", "Dutch"]
    assert describe(classes, server, *more, "--temperature", "-1")[0] == 0
    request = next(r for r in server.requests if "soil" in r["messages"][1]["content"])
    contents = [m["content"] for m in request["messages"]]
    assert contents == ["cheese in Dutch", "soil 430 to 870 nm"]
    assert "temperature" not in request


def test_what_would_be_sent_is_shown_and_nothing_is(
    classes: Path, server: LLMServer, capsys: Captured
) -> None:
    status, out = describe(classes, server, "--preview")
    told = capsys.readouterr().out
    assert status == 0
    assert "To 127.0.0.1, for test-model" in told
    assert 'Describe the class "soil"' in told
    assert not server.requests
    assert not out.exists()


def test_a_class_that_fails_is_told_and_the_others_are_written(
    classes: Path, server: LLMServer, capsys: Captured
) -> None:
    server.modes = {'class "soil"': "cut"}
    status, out = describe(classes, server, "--json")
    captured = capsys.readouterr()
    assert status == 2
    assert "note: soil is not described: " in captured.err
    assert captured.err.strip().splitlines()[-1].startswith("s3fn: 1 of 3 classes")
    assert "cut in the middle" in json.loads(captured.out)["failed"]["soil"]
    written = read_classes(out)
    assert written[1].text == "mine"
    assert written[3].descriptions[0].source == "llm"


def test_nothing_is_written_when_all_fail(
    classes: Path, server: LLMServer, capsys: Captured, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.mode = "wrong key"
    status, out = describe(classes, server)
    told = capsys.readouterr()
    assert status == 2
    assert not out.exists()
    (line,) = told.err.strip().splitlines()
    assert "does not accept the key" in line
    assert "was not written" in line
    assert "Traceback" not in told.err
    assert KEY not in told.err + told.out


def test_each_class_that_fails_for_its_own_reason_is_told(
    classes: Path, server: LLMServer, capsys: Captured
) -> None:
    server.modes = {'class "soil"': "cut", 'class "tree"': "empty"}
    status, out = describe(classes, server)
    told = capsys.readouterr().err.strip().splitlines()
    assert status == 2
    assert [line[:23] for line in told] == [
        "note: water: all descri",
        "note: soil is not descr",
        "note: tree is not descr",
        "s3fn: No class is descr",
    ]
    assert not out.exists()


@pytest.fixture
def scene(tmp_path: Path) -> list[str]:
    """A cube of which soil and tree are labelled, as options."""
    rising = np.linspace(0.1, 0.6, 20, dtype=np.float32)
    values = np.where(np.arange(12)[None, :, None] < 6, rising, rising[::-1])
    values = values + np.random.default_rng(0).normal(0, 0.01, (10, 12, 20)).astype(np.float32)
    cube = write_envi(values.astype(np.float32), tmp_path / "cube.hdr", np.linspace(430, 870, 20))
    ids = np.zeros((10, 12), np.uint8)
    ids[:, :6], ids[:, 6:] = 1, 3
    np.save(tmp_path / "labels.npy", ids)
    return ["--cube", str(cube), "--labels", str(tmp_path / "labels.npy")]


def test_measured_descriptions_need_no_language_model(
    classes: Path, server: LLMServer, scene: list[str], capsys: Captured
) -> None:
    status, out = describe(classes, server, *scene, "--source", "measured", "--json")
    captured = capsys.readouterr()
    assert status == 0
    assert not server.requests
    assert set(json.loads(captured.out)["described"]) == {"soil", "tree"}
    assert "note: water: no labelled pixel" in captured.err
    written = read_classes(out)
    assert [d.source for d in written[1].descriptions] == ["measured"]
    assert "Expected reflectance:" in written[1].text
    assert written[2].descriptions == (LOCKED,)
    assert LOCKED in written[3].descriptions


def test_what_was_measured_is_told_to_the_language_model(
    classes: Path, server: LLMServer, scene: list[str]
) -> None:
    assert describe(classes, server, *scene)[0] == 0
    asked = next(r["messages"][1]["content"] for r in server.requests if r["messages"])
    assert "from 430 to 870 nm" in asked
    assert "labelled pixels of this class: none" not in asked
    assert "Mean spectrum" in asked


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--base-url", "nowhere"], "not an http"),
        (["--paragraphs", "0"], "paragraphs"),
        (["--source", "nobody"], "source"),
        (["--source", "measured"], "--cube and --labels"),
        (["--labels", "labels.npy"], "--cube"),
        (["--cube", "none.hdr"], "none.hdr"),
    ],
)
def test_wrong_arguments(
    classes: Path, server: LLMServer, capsys: Captured, option: list[str], said: str
) -> None:
    status, out = describe(classes, server, *option)
    assert status == 2
    assert said in capsys.readouterr().err
    assert not out.exists()


def test_nobody_is_asked_when_the_answer_could_not_be_written(
    classes: Path, server: LLMServer, tmp_path: Path, capsys: Captured
) -> None:
    where = ["--base-url", server.base_url, "--model", MODEL]
    arguments = ["describe", "--classes", str(classes), "--source", "llm", *where]
    assert run([*arguments, "--out", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
    assert not server.requests
