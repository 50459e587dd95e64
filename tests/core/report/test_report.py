"""A report of a training: what its page says, and that the training can be repeated from it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from s3fn_core.cli import run as s3fn
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.cubes.treating.references import Reference
from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.errors import ReportError
from s3fn_core.labels.classes import Description, write_classes
from s3fn_core.model.applying.inference import Prediction, predict
from s3fn_core.model.checkpoint import load_model
from s3fn_core.progress import run
from s3fn_core.project import Project
from s3fn_core.project.entry import CubeEntry
from s3fn_core.report.charts import ticks
from s3fn_core.report.content import Part, gather
from s3fn_core.report.page import html_of
from s3fn_core.report.recipe import packed, unpacked
from s3fn_core.report.repeating import compared, prepare, read_recipe
from s3fn_core.report.treatments import treatment_sentences
from s3fn_core.results.map_accuracy import MapAccuracy
from tests.core.cli.test_cli import Captured
from tests.core.model.scenes import classes, some_labels, stripes

HOSTILE = '<script>alert("1")</script> & <b>bold</b>'


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with cube, labels, model and report; a class is named by what would be code."""
    folder = tmp_path_factory.mktemp("report")
    cube = stripes(noise=0.1)
    words = classes().changed(1, name=HOSTILE, descriptions=(Description(HOSTILE, "llm", "m at host", "p"),))
    np.save(folder / "scene.npy", cube.read())
    np.save(folder / "labels.npy", some_labels(cube, 30))
    write_classes(words, folder / "classes.json")
    inputs = (str(folder / "scene.npy"), "--labels", str(folder / "labels.npy"))
    settings = ("--epochs", "3", "--seed", "7", "--device", "cpu", "--out", str(folder / "m.s3fn"))
    assert s3fn(["train", *inputs, "--classes", str(folder / "classes.json"), *settings]) == 0
    report = ("report", str(folder / "m.s3fn"), *inputs, "--out", str(folder / "report.html"))
    assert s3fn(list(report)) == 0
    return folder


def figures(folder: Path, name: str) -> dict[str, float]:
    held_out = load_model(folder / name).metrics["held_out"]
    return {name: held_out[name] for name in ("oa", "aa", "kappa", "count")}


class Page(HTMLParser):
    """Its tags, the addresses that they name, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += " "
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_needs_nothing_else_and_runs_nothing(trained: Path) -> None:
    text = (trained / "report.html").read_text("utf-8")
    page = Page(text)
    assert not page.tags & {"script", "link", "iframe", "object", "b"}
    assert page.addresses
    assert all(address.startswith("data:image/") for address in page.addresses)
    assert "url(" not in text
    assert "@import" not in text
    assert page.text.count(HOSTILE) >= 4  # in tables, legends and words, as text


def test_the_page_says_what_the_model_says(trained: Path) -> None:
    text = re.sub(r"\s+", " ", Page((trained / "report.html").read_text("utf-8")).text)
    found = figures(trained, "m.s3fn")
    assert f"Overall accuracy {100 * found['oa']:.1f} %" in text
    assert f"on {found['count']} held-out labelled pixels" in text
    assert "Random seed 7" in text
    assert "Written by a language model: m at host. Prompt: p" in text
    assert "First round of the split" in text
    assert "Training curves" in text
    assert "scene.npy SHA-256" in text


def test_a_training_is_repeated_to_the_same_figures(trained: Path, capsys: Captured) -> None:
    command = ["train", "--from-report", str(trained / "report.html"), "--out", str(trained / "again.s3fn")]
    assert s3fn([*command, "--device", "cpu", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["same_figures"]
    assert told["differences"] == []
    assert told["seed"] == 7
    assert figures(trained, "again.s3fn") == figures(trained, "m.s3fn")


def test_other_files_and_versions_are_named(trained: Path, tmp_path: Path) -> None:
    recipe = read_recipe(trained / "report.html")
    older = replace(recipe, versions=recipe.versions | {"numpy": "1.0"})
    page = (trained / "report.html").read_text("utf-8").replace(HOSTILE, "")
    moved = tmp_path / "moved.npy"
    values = np.load(trained / "scene.npy")
    values[0, 0, 0] += 0.5
    np.save(moved, values)
    repeat = prepare(older, tmp_path, [moved])
    assert [line.split(" ")[0] for line in repeat.differences] == ["scene:", "numpy"]
    assert compared(recipe, {"held_out": {"oa": 0.5, "aa": 0.5, "kappa": 0.0, "count": 3}})
    with pytest.raises(ReportError, match="holds no recipe"):
        read_recipe(_written(tmp_path / "other.html", page.replace("s3fn-recipe", "something")))


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("&#34;version&#34;: 1", "&#34;version&#34;: 99", "its version is 99"),
        ("&#34;labels&#34;: &#34;", "&#34;labels&#34;: &#34;AAAA", "damaged"),
        ("&#34;shape&#34;: [40", "&#34;shape&#34;: [41", "has 40 x 36 pixels"),
        ("&#34;cubes&#34;", "&#34;tubes&#34;", "cannot be read"),
    ],
)
def test_a_damaged_recipe_is_refused_in_one_line(
    trained: Path, tmp_path: Path, capsys: Captured, old: str, new: str, why: str
) -> None:
    text = (trained / "report.html").read_text("utf-8")
    assert old in text
    shutil.copy(trained / "scene.npy", tmp_path / "scene.npy")
    damaged = _written(tmp_path / "damaged.html", new.join(text.rsplit(old, 1)))
    assert s3fn(["train", "--from-report", str(damaged), "--out", str(tmp_path / "m.s3fn")]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert why in said[-1]
    assert not (tmp_path / "m.s3fn").exists()


def test_a_missing_cube_and_other_settings_are_refused(
    trained: Path, tmp_path: Path, capsys: Captured
) -> None:
    lonely = shutil.copy(trained / "report.html", tmp_path / "r.html")
    out = ("--out", str(tmp_path / "m.s3fn"))
    assert s3fn(["train", "--from-report", str(lonely), *out]) == 2
    assert "scene is missing" in capsys.readouterr().err
    report = str(trained / "report.html")
    assert s3fn(["train", "--from-report", report, *out, "--seed", "3"]) == 2
    assert "leave out --seed" in capsys.readouterr().err
    cube = str(trained / "scene.npy")
    assert s3fn(["train", "--from-report", report, "--out", cube, "--overwrite"]) == 2
    assert "is, or lies in, an input" in capsys.readouterr().err
    assert s3fn(["train", "--from-report", report, cube, cube, *out]) == 2
    assert "trained on 1 cube" in capsys.readouterr().err


def test_a_report_says_why_its_training_cannot_be_repeated(
    trained: Path, tmp_path: Path, capsys: Captured
) -> None:
    labels = np.load(trained / "labels.npy")
    labels[tuple(np.argwhere(labels == 0)[0])] = 1
    np.save(tmp_path / "more.npy", labels)
    model, cube = str(trained / "m.s3fn"), str(trained / "scene.npy")
    out = ("--out", str(tmp_path / "r.html"), "--json")
    assert s3fn(["report", model, cube, *out]) == 0
    assert "labels of the training were not given" in json.loads(capsys.readouterr().out)["why_not"]
    given = ("--labels", str(tmp_path / "more.npy"), "--overwrite")
    assert s3fn(["report", model, cube, *out, *given]) == 0
    assert "not those that the model was trained on" in json.loads(capsys.readouterr().out)["why_not"]
    text = Page((tmp_path / "r.html").read_text("utf-8")).text
    assert "Against 1 labelled pixel that the model was not trained on" in text
    assert "SHA-256" not in text


def test_a_training_with_test_regions_can_be_repeated(
    trained: Path, tmp_path: Path, capsys: Captured
) -> None:
    regions = np.zeros(np.load(trained / "labels.npy").shape, np.uint8)
    regions[:14] = 1
    np.save(tmp_path / "test.npy", regions)
    inputs = (str(trained / "scene.npy"), "--labels", str(trained / "labels.npy"))
    tested = ("--test-regions", str(tmp_path / "test.npy"))
    settings = ("--classes", str(trained / "classes.json"), "--epochs", "3", "--device", "cpu")
    model, page = str(tmp_path / "m.s3fn"), tmp_path / "r.html"
    assert s3fn(["train", *inputs, *tested, *settings, "--out", model]) == 0
    capsys.readouterr()
    assert s3fn(["report", model, *inputs, "--out", str(page), "--json"]) == 0
    assert "test regions of the training were not given" in json.loads(capsys.readouterr().out)["why_not"]
    assert s3fn(["report", model, *inputs, *tested, "--out", str(page), "--overwrite", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["repeatable"]
    assert "First round of the split" in page.read_text("utf-8")


def test_a_map_that_is_there_is_used_where_it_is_the_models_own(trained: Path, tmp_path: Path) -> None:
    model, cube = load_model(trained / "m.s3fn"), open_cube(trained / "scene.npy")
    drawn = run(predict(model, cube, device="cpu"))
    part = Part(cube, CubeEntry.of(cube, "cube0"), np.load(trained / "labels.npy"), map=drawn)

    def shown(part: Part) -> Prediction:
        return run(gather(model, [part], "m", tmp_path, device="cpu")).parts[0].prediction

    assert shown(part) is drawn
    other = replace(drawn, metrics=dict(model.metrics))  # another model's, be it as good
    again = shown(replace(part, map=other))
    assert again is not other
    np.testing.assert_array_equal(again.ids, drawn.ids)
    objects = np.ones(cube.shape[:2], np.int32)
    objects[0] = 0
    assert shown(replace(part, objects=objects)) is not drawn


def test_what_is_unlike_the_labels_is_counted_in_the_map(trained: Path, tmp_path: Path) -> None:
    model, cube = load_model(trained / "m.s3fn"), open_cube(trained / "scene.npy")
    expected = MapAccuracy(0.5, 0.9, 4, 0.77).to_json()
    model = replace(model, metrics={**model.metrics, "map_accuracy": expected})
    drawn = run(predict(model, cube, device="cpu"))
    strange = np.zeros(cube.shape[:2], np.float32)
    strange[: cube.lines // 2] = 2
    part = Part(cube, CubeEntry.of(cube, "cube0"), np.load(trained / "labels.npy"))
    report = run(gather(model, [part], "m", tmp_path, device="cpu"))
    (one,) = report.parts
    mapped = replace(one, prediction=replace(drawn, novelty=strange))
    share = mapped.prediction.novel_share
    assert share is not None
    assert f"{round(100 * share)} % of the scene is unlike" in html_of(replace(report, parts=(mapped,)))


def test_a_treatment_is_put_in_words() -> None:
    objects = np.zeros((4, 5), np.int32)
    objects[1:3, 1:3] = [[1, 1], [2, 2]]
    white = Reference.constant(4000)
    recipe = Recipe(Threshold(Band(59), 0.08))
    told = " ".join(treatment_sentences(Treatment(None, Calibration(white), Mask(objects, recipe))))
    assert "Recipe of the mask: band 60 from 0.08." in told
    assert "Calibrated to reflectance with the white reference" in told
    assert "Masked: 2 objects, 20.0 % of the pixels." in told
    assert list(treatment_sentences(Treatment())) == []


@given(arrays(np.int32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(0, 2**31 - 1)))
def test_maps_survive_the_packing(numbers: np.ndarray) -> None:
    assert np.array_equal(unpacked(packed(numbers), numbers.shape), numbers)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_lie_within_their_axis(low: float, size: float) -> None:
    found = ticks(low, low + size)
    assert 1 <= len(found) <= 7
    assert all(low - 1e-6 * size <= tick <= low + size * (1 + 1e-6) for tick in found)


def test_a_project_is_told_of_as_it_was_trained_on(trained: Path, tmp_path: Path, capsys: Captured) -> None:
    labels = np.load(trained / "labels.npy")
    cube = open_cube(trained / "scene.npy")
    objects = (np.arange(labels.size).reshape(labels.shape) // 36 // 4 + 1).astype(np.int32)
    project = Project.create(tmp_path / "p.s3fnproj")
    project.classes = load_model(trained / "m.s3fn").classes
    entry = CubeEntry.of(cube, "cube1")
    project.cubes.append(entry)
    project.labels[entry.id] = labels
    project.treatments[entry.id] = Treatment(mask=Mask(objects))
    project.save()
    model, page = str(tmp_path / "m.s3fn"), tmp_path / "p.html"
    of_project = ("--project", str(project.folder))
    settings = ("--preset", "quick", "--device", "cpu", "--out", model)
    assert s3fn(["train", *of_project, *settings]) == 0
    capsys.readouterr()
    assert s3fn(["report", model, *of_project, "--out", str(page), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["repeatable"]
    recipe = read_recipe(page)
    assert recipe.cubes[0].treatment is not None
    assert prepare(recipe, tmp_path).differences == ()
    assert "Masked: 10 objects" in Page(page.read_text("utf-8")).text
    assert s3fn(["report", model, str(trained / "scene.npy"), *of_project, "--out", str(page)]) == 2
    assert "--project alone" in capsys.readouterr().err
