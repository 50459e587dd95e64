"""Projects: what is saved comes back, and what went wrong on the disk is told."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.cubes.cube import Axes, Cube, Layout
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.treatment import Metadata, Treatment
from s3fn_core.errors import CubeError, ProjectError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.project import SUFFIX, CubeEntry, Project, Scene
from s3fn_core.project import project as module
from s3fn_core.project.store import store_file
from s3fn_core.types import IdArray

CLASSES = ClassSet().added("soil").added("water")
IDS = np.array([[0, 1, 2], [2, 1, 0]], np.uint8)


@pytest.fixture
def cube_file(tmp_path: Path) -> Path:
    values = np.random.default_rng(0).random((2, 3, 4), np.float32)
    path = tmp_path / "cubes" / "field.hdr"
    path.parent.mkdir()
    write_envi(values, path, np.linspace(400, 700, 4))
    return path


@pytest.fixture
def project(tmp_path: Path, cube_file: Path) -> Project:
    """A saved project with one of everything."""
    project = Project.create(tmp_path / f"work{SUFFIX}")
    entry = project.add_cube(open_cube(cube_file))
    project.classes = CLASSES.changed(1, descriptions=(Description.now("Brown.", "llm"),))
    project.labels[entry.id] = IDS
    model = project.models_folder / "first.s3fn"
    model.write_bytes(b"weights")
    project.models.append(model)
    project.settings = {"train": {"preset": "pixel", "epochs": 3}, "bands": [1, 2, None]}
    project.save()
    return project


def same(one: Project, other: Project) -> bool:
    keys_agree = one.labels.keys() == other.labels.keys()
    maps_agree = all(np.array_equal(one.labels[key], other.labels[key]) for key in one.labels)
    plain = [(p.folder, p.cubes, p.classes, p.models, p.settings) for p in (one, other)]
    return keys_agree and maps_agree and plain[0] == plain[1]


def test_everything_comes_back(project: Project) -> None:
    loaded = Project.load(project.folder)
    assert same(loaded, project)
    assert loaded.notes == []
    assert loaded.name == "work"
    assert loaded.cubes[0].state == "found"
    np.testing.assert_array_equal(loaded.cubes[0].open().read(), project.cubes[0].open().read())
    assert same(Project.load(project.folder / "project.json"), project)


def test_folder_holds_what_the_interface_names(project: Project) -> None:
    names = {path.name for path in project.folder.iterdir()}
    assert names == {"project.json", "labels", "models", "results"}
    content = json.loads((project.folder / "project.json").read_text("utf-8"))
    assert content["version"] == 3
    assert content["cubes"][0]["path"] == "../cubes/field.hdr"
    (label_file,) = project.labels_folder.glob("*.tif")
    assert list(content["labels"].values()) == [label_file.name]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    labels=st.dictionaries(
        st.sampled_from(["cube-1", "cube-2", "cube-9"]),
        hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)),
    ),
    names=st.lists(st.text(min_size=1).filter(str.strip), unique=True, max_size=4),
    options=st.dictionaries(
        st.text(),
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    ),
)
def test_round_trip(
    labels: dict[str, IdArray],
    names: list[str],
    options: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    if any(0xD800 <= ord(letter) < 0xE000 for text in (*names, *options) for letter in text):
        return  # lone surrogates are not text
    project = Project.create(tmp_path_factory.mktemp("p") / "x")
    for name in names:
        project.classes = project.classes.added(name)
    project.labels = labels
    project.settings = options
    project.save()
    assert same(Project.load(project.folder), project)


def test_saving_twice_keeps_one_label_file_per_cube(project: Project) -> None:
    for value in (1, 2):
        project.labels["cube-1"] = np.full((2, 3), value, np.uint8)
        project.save()
        assert len(list(project.labels_folder.glob("*.tif"))) == 1
    assert (Project.load(project.folder).labels["cube-1"] == 2).all()


def test_a_save_that_breaks_off_leaves_the_last_one(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Project.load(project.folder)
    project.labels["cube-1"] = np.full((2, 3), 2, np.uint8)
    project.classes = ClassSet()
    project.settings = {"later": True}

    def power_cut(*args: object, **options: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "json_text", power_cut)
    with pytest.raises(KeyboardInterrupt):
        project.save()
    monkeypatch.undo()
    assert same(Project.load(project.folder), before)


def test_label_files_of_others_are_left_alone(project: Project) -> None:
    mine = project.labels_folder / "my own map.tif"
    mine.write_bytes(b"not ours")
    project.labels["cube-1"] = np.zeros((2, 3), np.uint8)
    project.save()
    assert mine.exists()


def test_a_project_of_endless_brackets_is_refused(project: Project) -> None:
    (project.folder / "project.json").write_text("[" * 100_000)
    with pytest.raises(ProjectError, match="is not JSON"):
        Project.load(project.folder)


@pytest.mark.skipif(os.name == "nt", reason="its file names are Unicode")
def test_a_cube_whose_name_is_no_utf8_does_not_stop_the_save(project: Project, tmp_path: Path) -> None:
    cube_file = tmp_path / "caf\udce9.npy"
    try:
        np.save(cube_file, np.ones((4, 5, 6), np.float32))
    except OSError:
        pytest.skip("this file system takes Unicode only")
    entry = project.add_cube(open_cube(cube_file))
    project.save()
    assert Project.load(project.folder).cubes[-1].path == entry.path


def test_autosave_never_replaces_the_save(project: Project) -> None:
    saved = Project.load(project.folder)
    project.labels["cube-1"] = np.full((2, 3), 2, np.uint8)
    project.settings = {"unsaved": 1}
    project.autosave()

    assert same(Project.load(project.folder), saved)
    assert saved.has_autosave
    assert same(Project.load(project.folder, autosaved=True), project)
    project.save()
    assert not project.has_autosave
    assert len(list(project.labels_folder.glob("*.tif"))) == 1


def test_folder_and_cubes_can_move_together(project: Project, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(project.folder, moved / project.folder.name)
    shutil.move(tmp_path / "cubes", moved / "cubes")
    loaded = Project.load(moved / project.folder.name)
    assert loaded.notes == []
    assert loaded.cubes[0].path == moved / "cubes" / "field.hdr"
    assert loaded.models == [moved / project.folder.name / "models" / "first.s3fn"]


def test_missing_cube_is_listed_and_can_be_found_again(project: Project, cube_file: Path) -> None:
    new_home = cube_file.parent.parent / "other"
    shutil.move(cube_file.parent, new_home)
    loaded = Project.load(project.folder)

    assert loaded.missing == loaded.cubes
    assert "cube field is missing" in loaded.notes[0]
    np.testing.assert_array_equal(loaded.labels["cube-1"], IDS)
    with pytest.raises(CubeError, match="is missing"):
        loaded.cubes[0].open()
    loaded.relink([loaded.cubes[0].moved_to(new_home / "field.hdr")])
    loaded.save()
    again = Project.load(project.folder)
    assert again.cubes[0].state == "found"
    assert again.cubes[0].fingerprint == project.cubes[0].fingerprint


@pytest.mark.parametrize("name", ["field.hdr", "field.img"])
def test_changed_cube_is_noticed(name: str, project: Project, cube_file: Path) -> None:
    with (cube_file.parent / name).open("ab") as file:
        file.write(b"\n; more")
    assert Project.load(project.folder).cubes[0].state == "changed"


def test_fingerprint_reads_little_of_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "huge.npy"
    with path.open("wb") as file:  # sparse: takes no room on the disk
        file.truncate(1 << 34)
    first = CubeEntry("cube-1", "huge", path).moved_to(path)
    assert first.state == "found"
    with path.open("rb+") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"end")
    assert first.state == "changed"


def test_layout_choice_survives(project: Project, tmp_path: Path) -> None:
    cube = Cube(
        np.zeros((2, 3, 4), np.float32),
        "list",
        tmp_path / "cubes" / "field.img",
        layouts=(Layout(2, 3, True), Layout(3, 2)),
    )
    project.add_cube(cube, variable="Y")
    project.save()
    entry = Project.load(project.folder).cubes[-1]
    assert entry.layout == Layout(2, 3, True)
    assert entry.variable == "Y"
    project.add_cube(cube.with_(layouts=(Axes("bls"), Axes("lsb"))))
    project.save()
    assert Project.load(project.folder).cubes[-1].layout == Axes("bls")


def test_a_folder_of_images_is_known_by_all_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "bands"
    folder.mkdir()
    bands = np.random.default_rng(0).integers(0, 4000, (3, 8, 9), np.uint16)
    for number, band in enumerate(bands):
        tifffile.imwrite(folder / f"image{number}.tif", band)
    entry = CubeEntry.of(open_cube(folder), "c1")
    assert entry.state == "found"
    tifffile.imwrite(folder / "image1.tif", bands[0])
    assert entry.state == "changed"


def test_simulated_scene_without_a_file_survives(project: Project) -> None:
    scene = Scene("fruit", seed=3, lines=40, samples=40)
    cube = Cube(np.zeros((40, 40, 4), np.float32), "fruit (simulated)", simulated=True)
    project.add_cube(cube, scene=scene)
    project.save()
    entry = Project.load(project.folder).cubes[-1]
    assert entry.scene == scene
    assert entry.simulated
    assert entry.state == "found"


def test_cube_in_memory_cannot_be_kept(project: Project) -> None:
    with pytest.raises(ProjectError, match="in memory only"):
        project.add_cube(Cube(np.zeros((2, 3, 4), np.float32), "lost"))


def test_cubes_get_ids_of_their_own(project: Project, cube_file: Path) -> None:
    second = project.add_cube(open_cube(cube_file))
    assert second.id == "cube-2"
    project.cubes.remove(project.cubes[0])
    assert project.add_cube(open_cube(cube_file)).id == "cube-3"  # labels of cube-1 still exist


def test_model_from_elsewhere_is_copied_in(project: Project, tmp_path: Path) -> None:
    outside = tmp_path / "first.s3fn"
    outside.write_bytes(b"other weights")
    project.models.append(outside)
    project.save()
    loaded = Project.load(project.folder)
    assert [model.name for model in loaded.models] == ["first.s3fn", "first-2.s3fn"]
    assert loaded.models[1].read_bytes() == b"other weights"


def test_missing_parts_are_told_and_the_rest_is_loaded(project: Project) -> None:
    next(project.labels_folder.glob("*.tif")).write_bytes(b"damaged")
    (project.models_folder / "first.s3fn").unlink()
    loaded = Project.load(project.folder)
    assert loaded.labels == {}
    assert loaded.models == []
    assert len(loaded.notes) == 2
    assert loaded.classes == project.classes
    loaded.save()  # does not throw the damaged file away
    assert len(list(project.labels_folder.glob("*.tif"))) == 1
    assert "could not be loaded" in Project.load(project.folder).notes[0]


def test_create_takes_only_new_places(tmp_path: Path, project: Project) -> None:
    with pytest.raises(ProjectError, match="holds a project already; open it"):
        Project.create(project.folder)
    with pytest.raises(ProjectError, match="not empty"):
        Project.create(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ProjectError):
        Project.create(tmp_path / "file")
    with pytest.raises(ProjectError, match="cannot be saved"):
        Project.create(tmp_path / "file" / "inside")
    (tmp_path / "empty").mkdir()
    assert Project.load(Project.create(tmp_path / "empty").folder).cubes == []


def test_settings_that_are_no_json(project: Project) -> None:
    for value in (object(), float("nan"), {1, 2}):
        project.settings = {"value": value}
        with pytest.raises(ProjectError, match="JSON cannot"):
            project.save()
    assert Project.load(project.folder).settings["bands"] == [1, 2, None]


def test_no_project(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ProjectError, match=r"project\.json is missing"):
            Project.load(folder)


def change(*keys: str | int, value: Any) -> Callable[[Any], None]:
    """A change of one field of a project.json."""

    def apply(content: Any) -> None:
        for key in keys[:-1]:
            content = content[key]
        if value is KeyError:
            del content[keys[-1]]
        else:
            content[keys[-1]] = value

    return apply


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (change("version", value=4), "the version 4; this program reads 1 to 3"),
        (change("version", value=[1]), "the version"),
        (change("version", value=KeyError), "the version None"),
        (change("cubes", value=KeyError), "'cubes' is missing"),
        (change("cubes", value=3), "malformed"),
        (change("cubes", 0, value="x"), "malformed"),
        (change("cubes", 0, "id", value=3), '"id" is 3'),
        (change("cubes", 0, "name", value=KeyError), "'name' is missing"),
        (change("cubes", 0, "path", value=KeyError), "either a path or a scene"),
        (change("cubes", 0, "path", value=1), '"path" is 1'),
        (change("cubes", 0, "layout", value={"lines": 2}), "malformed"),
        (change("cubes", 0, "layout", value={"lines": "2", "samples": 3}), "layout.lines"),
        (change("cubes", 0, "layout", value={"order": "lsx"}), "not an order of axes"),
        (change("cubes", 0, "layout", value={"order": 3}), "malformed"),
        (change("cubes", 0, "scene", value={"name": "fruit"}), "either a path or a scene"),
        (change("cubes", 0, "simulated", value="yes"), '"simulated"'),
        (change("classes", value=None), "not a class set"),
        (change("classes", "classes", 0, "id", value=0), "1 to 255"),
        (change("labels", value=[]), "malformed"),
        (change("labels", "cube-1", value="../../secret.tif"), "not a file name"),
        (change("labels", "cube-1", value=None), "not a file name"),
        (change("models", value=["/etc/passwd"]), "not a file name"),
        (change("models", value=None), "malformed"),
        (change("settings", value=3), "malformed"),
    ],
)
def test_malformed_content_is_named(damage: Callable[[Any], None], said: str, project: Project) -> None:
    path = project.folder / "project.json"
    content = json.loads(path.read_text("utf-8"))
    damage(content)
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ProjectError, match=said) as caught:
        Project.load(project.folder)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "\x00"])
def test_files_that_are_no_project(text: str, project: Project) -> None:
    (project.folder / "project.json").write_text(text)
    with pytest.raises(ProjectError, match=r"project\.json"):
        Project.load(project.folder)


def test_two_cubes_with_one_id(project: Project) -> None:
    path = project.folder / "project.json"
    content = json.loads(path.read_text("utf-8"))
    content["cubes"] *= 2
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(ProjectError, match="share an id"):
        Project.load(project.folder)


def test_a_project_of_the_first_version_opens(project: Project) -> None:
    path = project.folder / "project.json"
    content = json.loads(path.read_text("utf-8"))
    del content["treatments"], content["test_regions"]
    path.write_text(json.dumps({**content, "version": 1}), "utf-8")
    again = Project.load(project.folder)
    assert same(again, project)
    again.save()
    assert json.loads(path.read_text("utf-8"))["version"] == 3


def test_test_regions_come_back_and_go_with_the_mark(project: Project, tmp_path: Path) -> None:
    entry = project.cubes[0]
    marked = IDS == 2
    project.test_regions[entry.id] = marked
    project.save()
    project.save()
    (file,) = (f for f in project.test_regions_folder.iterdir() if f.suffix == ".tif")
    again = Project.load(project.folder)
    np.testing.assert_array_equal(again.test_regions[entry.id], marked)
    elsewhere = project.copy(tmp_path / "elsewhere.s3fnproj")
    elsewhere.save()
    assert Project.load(elsewhere.folder).test_regions.keys() == {entry.id}
    again.test_regions[entry.id] = np.zeros_like(marked)
    again.save()
    assert not file.exists()
    assert Project.load(project.folder).test_regions == {}


def test_damaged_test_regions_are_told_and_kept(project: Project) -> None:
    project.test_regions[project.cubes[0].id] = IDS == 2
    project.save()
    (file,) = (f for f in project.test_regions_folder.iterdir() if f.suffix == ".tif")
    file.write_bytes(b"damaged")
    again = Project.load(project.folder)
    assert any("test regions" in note for note in again.notes)
    again.save()
    assert file.read_bytes() == b"damaged"


def test_a_copy_is_changed_by_itself(project: Project, tmp_path: Path) -> None:
    other = project.copy()
    other.labels.clear()
    other.cubes.clear()
    assert project.labels
    assert project.cubes
    elsewhere = project.copy(tmp_path / "elsewhere.s3fnproj")
    elsewhere.save()
    assert Project.load(elsewhere.folder).labels.keys() == project.labels.keys()


def test_models_of_autosaves_do_not_replace_those_of_the_save(project: Project) -> None:
    def written(text: bytes) -> Path:
        return store_file(project.models_folder, "model", ".s3fn", lambda p: p.write_bytes(text))

    project.models = [written(b"first")]
    project.save()
    later = project.copy()
    later.models = [written(b"second")]
    later.autosave()
    (saved,) = Project.load(project.folder).models
    (autosaved,) = Project.load(project.folder, autosaved=True).models
    assert (saved.read_bytes(), autosaved.read_bytes()) == (b"first", b"second")
    project.save()
    assert saved.exists()
    assert not autosaved.exists()


def test_treatments_come_back_and_go_with_the_cube(project: Project, cube_file: Path) -> None:
    entry = project.cubes[0]
    cube = entry.open()
    edited = replace(Metadata.of(cube), nodata=-5.0)
    project.treatments[entry.id] = Treatment(edited)
    project.save()
    project.save()
    assert len(list(project.treatments_folder.iterdir())) == 1
    again = Project.load(project.folder)
    assert again.treatments[entry.id].metadata == edited
    del again.treatments[entry.id]
    again.save()
    assert not list(project.treatments_folder.iterdir())


def test_a_damaged_treatment_is_told_and_kept(project: Project) -> None:
    entry = project.cubes[0]
    project.treatments[entry.id] = Treatment(Metadata.of(entry.open()))
    project.save()
    (file,) = project.treatments_folder.iterdir()
    file.write_bytes(b"damaged")
    again = Project.load(project.folder)
    assert any("treatment" in note for note in again.notes)
    again.save()
    assert file.read_bytes() == b"damaged"
