from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from s3fn_core.errors import ExportError
from s3fn_core.progress import run
from s3fn_core.results.comparing import Truth, compare
from s3fn_core.results.intervals import MIN_BLOCKS, paired
from s3fn_core.results.text_controls import Difference, TextControls
from s3fn_core.results.text_controls_files import export_controls, ticks_of

TITLES = {"descriptions": "Descriptions", "shuffled": "Shuffled descriptions"}


def answers(truth: np.ndarray, wrong: float, seeds: int, seed: int) -> np.ndarray:
    """Answers (seeds, n) of which a share is wrong."""
    rng = np.random.default_rng(seed)
    other = (truth + 1) % 3
    return np.stack([np.where(rng.random(len(truth)) < wrong, other, truth) for _ in range(seeds)])


def controls(gain: float, heard: bool = True, blocks: int = 40) -> TextControls:
    """Shuffled words are worse by `gain`, expectations better by a tenth."""
    rng = np.random.default_rng(0)
    truth = Truth(rng.integers(0, 3, 1200), np.arange(1200) % blocks, 3)
    made = {("descriptions", False): answers(truth.targets, 0.2, 3, 1)}
    made["shuffled", False] = answers(truth.targets, 0.2 + gain, 3, 2)
    if heard:
        made["descriptions", True] = answers(truth.targets, 0.1, 3, 3)
    variants, words, expectations = run(compare(truth, made, TITLES))
    return TextControls(variants, words, expectations, (0, 1, 2), 1200, blocks, "blocks", "one of 4 folds")


def test_a_paired_interval_holds_what_is_there_and_not_more() -> None:
    truth = np.random.default_rng(0).integers(0, 3, 3000)
    blocks = np.arange(3000) // 50
    first, second = answers(truth, 0.10, 4, 1), answers(truth, 0.15, 4, 2)
    found = paired(truth, first, second, 3, blocks)
    assert found is not None
    low, high = found[0] or (0.0, 0.0)
    assert 0.02 < low < 0.05 < high < 0.08
    same = paired(truth, first, first, 3, blocks)
    assert same is not None
    assert same[0] == (0.0, 0.0)
    assert paired(truth, first, second, 3, np.arange(3000) % (MIN_BLOCKS - 1)) is None


def test_an_interval_counts_the_spread_over_seeds_and_over_blocks() -> None:
    truth = np.zeros(1000, np.int64)
    blocks = np.arange(1000) // 20
    right, wrong = np.zeros((2, 1000), np.int64), np.zeros((2, 1000), np.int64)
    wrong[1] = blocks % 2  # one seed is wrong in every second block
    found = paired(truth, right, wrong, 2, blocks)
    assert found is not None
    low, high = found[0] or (0.0, 0.0)
    assert low < 0.01
    assert high > 0.4


@pytest.mark.parametrize(
    ("gain", "said"),
    [
        (0.0, "make no measurable difference (-0."),
        (0.2, "raise accuracy by 19.8 points against shuffled ones ("),
        (-0.15, "lower accuracy by 16.0 points against shuffled ones ("),
    ],
)
def test_the_verdict_says_what_was_measured(gain: float, said: str) -> None:
    verdict = controls(gain).verdict
    assert verdict.startswith(f"On these labels the words of the descriptions {said}")
    assert "; the spectra that they expect raise accuracy by 8.9 points (6." in verdict


def test_the_verdict_claims_nothing_without_an_interval() -> None:
    assert "too few to tell chance" in (verdict := controls(0.2, blocks=MIN_BLOCKS - 1).verdict)
    assert "+19.8 points against shuffled descriptions, and +8.9 with" in verdict
    assert "no spectra that they expect were used" in controls(0.2, heard=False).verdict


def test_what_is_not_measurable_is_not_called_so() -> None:
    assert not Difference(0.5, None).measurable
    assert not Difference(0.0, (0.0, 0.0)).measurable
    assert Difference(-0.1, (-0.2, -0.01)).measurable


def test_controls_are_exported_whole(tmp_path: Path) -> None:
    made = controls(0.1)
    files = export_controls(made, tmp_path / "results", "my/scene")
    assert [f.name for f in files] == [
        "my_scene_controls.csv",
        "my_scene_controls.json",
        "my_scene_controls.png",
    ]
    rows = list(csv.DictReader(files[0].open(encoding="utf-8", newline="")))
    assert [row["variant"] for row in rows] == ["Descriptions", "Shuffled descriptions", "Descriptions"]
    assert float(rows[1]["oa_mean"]) == pytest.approx(made.variants[1].mean("oa"), abs=1e-6)
    assert rows[0]["oa_low"] == ""
    assert json.loads(files[1].read_text("utf-8"))["verdict"] == made.verdict
    picture = Image.open(files[2])
    assert picture.width > 600
    assert np.ptp(np.asarray(picture.convert("L"))) > 100
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="Choose another folder"):
        export_controls(made, tmp_path / "file", "scene")


def test_a_single_class_has_no_kappa_and_all_else(tmp_path: Path) -> None:
    truth = Truth(np.zeros(1200, np.int64), np.arange(1200) % 40, 3)
    made = {(name, False): answers(truth.targets, 0.2, 3, n) for n, name in enumerate(TITLES)}
    variants, words, _ = run(compare(truth, made, TITLES))
    found = TextControls(variants, words, None, (0, 1, 2), 1200, 40, "blocks", "test regions")
    files = export_controls(found, tmp_path, "scene")
    text = files[1].read_text("utf-8")
    assert "NaN" not in text
    assert json.loads(text)["variants"][0]["kappa"]["mean"] is None
    assert variants[0].spread("oa") > 0


def test_ticks_surround_all_seeds() -> None:
    made = controls(0.1)
    ticks = ticks_of(made)
    values = [100 * x for v in made.variants for x in v.figures["oa"]]
    assert ticks[0] <= min(values) < max(values) <= ticks[-1]
    assert 2 <= len(ticks) <= 11


def test_what_cannot_be_said_is_a_dash_and_one_block_is_no_blocks() -> None:
    found = controls(0.1, blocks=1)
    assert "lie in 1 block only" in found.verdict
    one = replace(found.variants[0], figures={"kappa": (np.nan, np.nan)})
    assert one.percent("kappa") == "–"
