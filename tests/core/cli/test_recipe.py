"""A recipe from raw counts to the classes of objects, as the same steps one by one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from s3fn_core.batch.recipe import RunRecipe, read_run_recipe, write_run_recipe
from s3fn_core.cli import run
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.errors import ExportError
from s3fn_core.model.checkpoint import save_model
from tests.core.cli.test_cli import Captured, error_of
from tests.core.model.models import small, untrained
from tests.core.model.scenes import classes, stripes

MASK = Recipe(Threshold(Band(5), low=0.02))


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """raw/ with counts of two striped cubes and their references, a model, and a recipe."""
    lab = tmp_path_factory.mktemp("recipe")
    for seed, name in enumerate(("one", "two")):
        cube = stripes(24, 20, seed)
        folder = lab / "raw" / name
        folder.mkdir(parents=True)
        counts = np.round(100 + np.clip(cube.read(), 0, 2) * 20000)
        for stem, values in (
            ("scan", counts),
            ("WHITEREF_scan", np.full((3, 20, cube.bands), 20100)),
            ("DARKREF_scan", np.full((3, 20, cube.bands), 100)),
        ):
            write_envi(values.astype(np.uint16), folder / f"{stem}.hdr", cube.wavelengths)
    save_model(untrained(small("pixel"), cube, classes()), lab / "m.s3fn")
    (lab / "mask.json").write_text(MASK.to_json())
    recipe = {
        "s3fn_recipe": 1,
        "calibrate": {"white": "beside", "dark": "beside"},
        "mask": json.loads(MASK.to_json()),
        "predict": {"model": "m.s3fn"},
        "vote": {"by": "votes", "min_patches": 1},
        "export": {"formats": ["npy", "csv"], "reflectance": True, "mask": True},
    }
    (lab / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    return lab


def test_a_recipe_does_what_its_steps_do_one_by_one(lab: Path, tmp_path: Path, capsys: Captured) -> None:
    command = ["run", f"{lab}/recipe.yaml", f"{lab}/raw", "--out", f"{tmp_path}/all", "--json"]
    assert run(command) == 0
    told = json.loads(capsys.readouterr().out)
    assert [cube["name"] for cube in told["cubes"]] == ["one/scan", "two/scan"]
    raw = f"{lab}/raw/one/scan.hdr"
    assert run(["calibrate", raw, "--find-references", "--out", f"{tmp_path}/scan.hdr"]) == 0
    cube = f"{tmp_path}/scan.hdr"
    assert run(["objects", cube, "--recipe", f"{lab}/mask.json", "--out", str(tmp_path)]) == 0
    predict = ["predict", f"{lab}/m.s3fn", cube, "--out", f"{tmp_path}/map", "--format", "npy", "csv"]
    predict += ["--objects", f"{tmp_path}/scan_objects.npy", "--vote", "votes", "--min-patches", "1"]
    assert run(predict) == 0
    made = tmp_path / "all" / "one"
    for ending in ("classes.npy", "confidence.npy", "areas.csv", "objects.csv", "objects_classes.npy"):
        assert (made / f"scan_{ending}").read_bytes() == (tmp_path / "map" / f"scan_{ending}").read_bytes()
    mask = np.load(made / "scan_mask.npy")
    np.testing.assert_array_equal(mask, np.load(tmp_path / "scan_objects.npy") > 0)
    assert not mask[-2:].any()
    reflectance = open_cube(made / "scan_reflectance.hdr").read()
    np.testing.assert_array_equal(reflectance, open_cube(cube).read())
    capsys.readouterr()
    assert run(command) == 0
    again = json.loads(capsys.readouterr().out)
    assert {cube["status"] for cube in again["cubes"]} == {"known"}


def test_a_recipe_is_the_same_in_both_notations(tmp_path: Path) -> None:
    recipe = RunRecipe.model_validate(
        {"mask": json.loads(MASK.to_json()), "predict": {"classes": "ä.json"}, "export": {"formats": ["npy"]}}
    )
    for name in ("r.yaml", "r.json"):
        write_run_recipe(recipe, tmp_path / name)
        assert read_run_recipe(tmp_path / name) == recipe
    json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert recipe.chain(tmp_path).mask == MASK


def test_the_recipe_on_the_page_is_one(lab: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "batch.md").read_text("utf-8")
    shown = page[page.index("    s3fn_recipe: 1") : page.index("JSON works as well")]
    recipe = RunRecipe.model_validate(yaml.safe_load(shown))
    assert recipe.vote is not None
    assert recipe.chain(lab).mask == MASK


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("predict: {model: m.s3fn, smoth: true}", "predict.smoth: Extra inputs are not permitted"),
        ("predict: {}", "predict needs a model, or classes"),
        ("calibrate: {dark: 3}\nexport: {reflectance: true}", "calibrate needs white"),
        ("predict: {model: m.s3fn}\nvote: {by: votes}", "vote needs mask and predict"),
        ("mask: {}", "nothing would be written"),
        ("predict: {model: m.s3fn}\nexport: {formats: [bmp]}", "export knows the formats"),
        ("predict: {model: no.s3fn}", "no.s3fn, of the recipe, does not exist"),
        ("predict: [", "neither YAML nor JSON"),
        ("!!python/object/apply:os.system ['true']", "neither YAML nor JSON"),
        ("7", "is not a recipe"),
    ],
)
def test_a_wrong_recipe_is_one_line(
    lab: Path, tmp_path: Path, capsys: Captured, text: str, told: str
) -> None:
    (lab / "wrong.yaml").write_text(text)
    command = ["run", f"{lab}/wrong.yaml", f"{lab}/raw", "--out", f"{tmp_path}/none"]
    assert told in error_of(capsys, command)
    assert not (tmp_path / "none").exists()


def test_a_recipe_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"no\.yaml cannot be read"):
        read_run_recipe(tmp_path / "no.yaml")
