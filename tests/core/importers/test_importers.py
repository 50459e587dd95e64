"""Published data sets, generated in their layouts, become projects and are trained on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cli import run as s3fn
from s3fn_core.cli.material import of_project
from s3fn_core.errors import CubeError, ProjectError
from s3fn_core.importers import DataSet, Wish, look, write_project
from s3fn_core.progress import run
from s3fn_core.project import Project
from s3fn_core.project.cube_state import names_in
from tests.core.importers.layouts import BANDS, RANGES, write_blueberries, write_deephs, write_wood

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def fruit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """144 cubes by two cameras, one of which lacks its data file."""
    return write_deephs(tmp_path_factory.mktemp("deephs"))


@pytest.fixture(scope="module")
def wood(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """80 blocks, 4 of which hold only zeros."""
    return write_wood(tmp_path_factory.mktemp("wood"))


@pytest.fixture(scope="module")
def berries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight trays of six berries."""
    return write_blueberries(tmp_path_factory.mktemp("berries"))


def told(found: DataSet) -> str:
    return " ".join(found.notes)


# --- DeepHS-Fruit ------------------------------------------------------------------------------


def test_fruit_are_found_by_the_annotation_files(fruit: Path) -> None:
    found = look("deephs-fruit", fruit)
    assert (found.fruits, found.cameras) == (("Avocado", "Kiwi"), ("NIR", "VIS"))
    assert [row.train + row.test for row in found.counts] == [23, 24, 24]
    assert [path.name for path in found.missing] == ["kiwi_day_m2_01_01_front.bin"]
    assert all(len(cube.wavelengths or ()) == BANDS for cube in found.cubes)
    assert found.cubes[0].wavelengths is not None
    assert found.cubes[0].wavelengths[0] == pytest.approx(RANGES["VIS"][0])
    by_name = {cube.path.stem: cube.class_name for cube in found.cubes}
    assert by_name["kiwi_day_m2_02_02_front"] == by_name["avocado_day_m2_02_02_back"] == "perfect"


def test_numbers_of_records_begin_anew_in_every_file(fruit: Path) -> None:
    found = look("deephs-fruit", fruit)
    place = {"unripe": 1, "perfect": 2, "overripe": 0}
    for cube in found.cubes:  # fruit 1, 4, 7 ... are unripe, and so on
        assert place[cube.class_name] == int(cube.path.stem.split("_")[-2]) % 3


def test_the_official_split_leaks_and_says_so(fruit: Path) -> None:
    official = look("deephs-fruit", fruit, Wish(fruit="kiwi"))
    tested = [cube for cube in official.cubes if cube.part == "test"]
    assert "2 of 6 test cubes show a fruit whose other side is trained on" in told(official)
    assert len(tested) == 6
    disjoint = look("deephs-fruit", fruit, Wish(fruit="kiwi", split="fruit"))
    assert "leaks" not in told(disjoint)
    shown = {part: {c.shows for c in disjoint.cubes if c.part == part} for part in ("train", "test")}
    assert not shown["train"] & shown["test"]
    assert {c.path for c in tested} <= {c.path for c in disjoint.cubes if c.part == "test"}


def test_figures_become_classes_where_limits_are_known(fruit: Path) -> None:
    firmness = look("deephs-fruit", fruit, Wish(target="firmness"))
    by_name = {cube.path.stem: cube.class_name for cube in firmness.cubes}
    # 1200 g/cm2: not more than the upper limit of avocados, between those of kiwis
    assert by_name["avocado_day_m2_02_02_back"] == by_name["kiwi_day_m2_02_02_back"] == "ready"
    assert by_name["avocado_day_m2_01_01_back"] == "too_hard"
    sugar = look("deephs-fruit", fruit, Wish(target="sugar", camera="INNOSPEC_REDEYE"))
    assert {cube.path.parent.parent.name for cube in sugar.cubes} == {"NIR"}
    assert {cube.path.stem.split("_")[0] for cube in sugar.cubes} == {"kiwi"}
    assert "No limits of sugar are published for Avocado." in told(sugar)
    with pytest.raises(CubeError, match=r"no cube is labelled for sugar, Avocado.*cameras NIR, VIS"):
        look("deephs-fruit", fruit, Wish(target="sugar", fruit="Avocado"))


def test_newer_names_of_folders_and_data_files_are_known(tmp_path: Path) -> None:
    folder = write_deephs(tmp_path, each=2, kinds=("Kiwi",), cameras=("VIS",))
    (folder / "Kiwi" / "VIS").rename(folder / "Kiwi" / "SPECIM_FX10")
    for data in folder.rglob("*.bin"):
        data.rename(data.with_suffix(".img"))
    found = look("deephs-fruit", folder)
    assert len(found.cubes) == 11
    done = run(write_project(found, tmp_path / "new.s3fnproj"))
    assert (done.cubes, done.left_out) == (11, ())


def test_a_day_that_tells_the_class_is_named(tmp_path: Path) -> None:
    folder = write_deephs(tmp_path, each=2, kinds=("Kiwi",), cameras=("VIS",))
    for path in (folder / "annotations").iterdir():
        content = json.loads(path.read_text())
        states = {a["record_id"]: a["ripeness_state"] for a in content["annotations"]}
        for record in content["records"]:
            record["day"] = f"day_m2_{states.get(record['id'])}"
        path.write_text(json.dumps(content))
    assert "The day alone tells the class of 100 % of the cubes." in told(look("deephs-fruit", folder))


def test_a_project_of_fruit_keeps_sides_together(fruit: Path, tmp_path: Path) -> None:
    found = look("deephs-fruit", fruit, Wish(split="fruit", fruit="Kiwi"))
    done = run(write_project(found, tmp_path / "kiwi.s3fnproj"))
    assert (done.cubes, done.objects) == (35, 18)
    project = Project.load(done.folder)
    names: dict[str, set[str]] = {}
    for entry in project.cubes:
        mask, ids = project.treatments[entry.id].mask, project.labels[entry.id]
        assert mask is not None
        cube = project.treatments[entry.id].applied(entry.open())
        assert np.array_equal(ids > 0, np.asarray(cube.data[:, :, 3]) != 0)
        assert np.array_equal(ids > 0, mask.objects > 0)
        assert cube.wavelengths is not None
        assert cube.wavelengths[-1] == pytest.approx(RANGES["VIS"][1])
        own = names_in(project, entry, ids.shape, []).of(mask.objects)
        names.setdefault(entry.name.rsplit("_", 1)[0], set()).update(own.values())
    assert names["kiwi_day_m2_04_04"] == {"Kiwi m2 4"}
    assert all(len(of_fruit) == 1 for of_fruit in names.values())
    assert len(set.union(*names.values())) == 18
    material = run(of_project(project, "auto", False))
    held_together = {int(item.objects.max()) for item in material.data if item.objects is not None}
    assert (len(material.data), len(held_together)) == (35, 18)


def test_fruit_are_trained_on_by_the_command_line(fruit: Path, tmp_path: Path, capsys: Captured) -> None:
    project, model = tmp_path / "fruit.s3fnproj", tmp_path / "fruit.s3fn"
    assert s3fn(["import", "deephs-fruit", str(fruit), "--out", str(project), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["cubes"], said["objects"], len(said["missing"])) == (71, 71, 1)
    assert s3fn(["train", "--project", str(project), "--out", str(model), "--quick", "--json"]) == 0
    objects = json.loads(capsys.readouterr().out)["objects"]
    assert objects["count"] == 12
    assert objects["right"] >= 10


# --- the others --------------------------------------------------------------------------------


def test_empty_blocks_of_wood_are_dropped(wood: Path, tmp_path: Path, capsys: Captured) -> None:
    project, model = tmp_path / "wood.s3fnproj", tmp_path / "wood.s3fn"
    assert s3fn(["import", "wood", str(wood), "--out", str(project)]) == 0
    said = capsys.readouterr()
    assert "80 cubes" in said.out
    assert "76 cubes, 76 objects" in said.out
    assert "Left out (4): heartwood_000.npy is empty" in said.err
    assert "400 to 1000 nm" in said.err
    assert s3fn(["train", "--project", str(project), "--out", str(model), "--quick", "--json"]) == 0
    objects = json.loads(capsys.readouterr().out)["objects"]
    assert (objects["count"], objects["right"]) == (20, 20)  # those of the test folder


def test_berries_are_found_one_by_one(berries: Path, tmp_path: Path, capsys: Captured) -> None:
    found = look("blueberries", berries)
    assert [(row.train, row.test) for row in found.counts] == [(3, 1), (3, 1)]
    assert "recorded on different days" in told(found)
    named = [cube.class_name for cube in found.cubes if "Blueberries" in cube.path.name]
    assert named == ["defective", "defective"]
    project = tmp_path / "berries.s3fnproj"
    done = run(write_project(found, project))
    assert (done.cubes, done.objects) == (8, 48)
    entry = Project.load(project).cubes[0]
    treatment = Project.load(project).treatments[entry.id]
    values = treatment.applied(entry.open()).window(slice(None), slice(None))
    assert 0.25 < values.max() < 0.7  # reflectance, no counts
    model = tmp_path / "berries.s3fn"
    assert s3fn(["train", "--project", str(project), "--out", str(model), "--quick", "--json"]) == 0
    objects = json.loads(capsys.readouterr().out)["objects"]
    assert objects["count"] == 12  # of one tray of each class
    assert objects["right"] >= 10


def test_a_tray_without_a_telling_name_goes_by_its_folder(berries: Path, tmp_path: Path) -> None:
    place = tmp_path / "Bad Blueberries"
    place.mkdir()
    for suffix in (".bil", ".bil.hdr"):
        (place / f"tray 7{suffix}").write_bytes((berries / f"Good Blueberry 1-42{suffix}").read_bytes())
    found = look("blueberries", tmp_path)
    assert [(cube.class_name, cube.white) for cube in found.cubes] == [("defective", None)]
    assert "1 tray has no WhiteReference" in told(found)
    assert found.split.startswith("nothing by the data set")


# --- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["deephs-fruit", "blueberries", "wood"])
def test_a_folder_without_the_data_set_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(CubeError, match=r"holds no .*Choose the folder"):
        look(kind, tmp_path)


def test_damaged_annotations_are_named(tmp_path: Path) -> None:
    (tmp_path / "test_v2.json").write_text('{"records": [{}], "cameras": [], "annotations": []}')
    with pytest.raises(CubeError, match=r"test_v2.json is not an annotation file.*fruit"):
        look("deephs-fruit", tmp_path)


def test_a_cube_that_does_not_open_is_left_out_with_its_reason(wood: Path, tmp_path: Path) -> None:
    found = look("wood", wood)
    broken = tmp_path / "broken.npy"
    broken.write_bytes(b"no array")
    cubes = (found.cubes[4], replace(found.cubes[5], path=broken))
    done = run(
        write_project(type(found)("wood", "Wood", wood, cubes, found.classes, ""), tmp_path / "p.s3fnproj")
    )
    assert done.cubes == 1
    assert [(one.path, "broken.npy" in one.why) for one in done.left_out] == [(broken, True)]


def test_a_project_that_exists_is_not_replaced(wood: Path, tmp_path: Path) -> None:
    project = Project.create(tmp_path / "mine.s3fnproj")
    with pytest.raises(ProjectError, match="holds a project already"):
        run(write_project(look("wood", wood), project.folder))


def test_an_import_that_is_cancelled_leaves_nothing(wood: Path, tmp_path: Path) -> None:
    work = write_project(look("wood", wood), tmp_path / "p.s3fnproj")
    for _ in range(20):
        next(work)
    work.close()
    assert not (tmp_path / "p.s3fnproj").exists()


def test_a_project_takes_the_place_of_the_other_inputs(tmp_path: Path, capsys: Captured) -> None:
    Project.create(tmp_path / "empty.s3fnproj")
    command = ["train", "--project", str(tmp_path / "empty.s3fnproj"), "--out", str(tmp_path / "m.s3fn")]
    assert s3fn(command) == 2
    assert "holds no cube with labels" in capsys.readouterr().err
    assert s3fn([*command, "--classes", "c.json"]) == 2
    assert "give the project alone" in capsys.readouterr().err
