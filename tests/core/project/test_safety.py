"""What may happen to a project from outside: strange names, links, damage, others who save, no room."""

from __future__ import annotations

import errno
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import write_envi
from s3fn_core.cubes.treating.treatment import Mask, Treatment
from s3fn_core.errors import CubeError, ProjectError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.project import CubeEntry, Project, Scene, store
from s3fn_core.project import project as module
from s3fn_core.project.store import store_file

SHAPE = (20, 16)
IDS = np.random.default_rng(0).integers(0, 3, SHAPE).astype(np.uint8)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A saved project with everything in it."""
    values = np.random.default_rng(1).uniform(0.1, 0.9, (*SHAPE, 4)).astype(np.float32)
    header = write_envi(values, tmp_path / "field.hdr", np.linspace(400, 900, 4))
    made = Project.create(tmp_path / "work.s3fnproj")
    made.cubes.append(CubeEntry("cube-1", "field", header).moved_to(header))
    made.classes = ClassSet().added("soil").added("water")
    made.labels["cube-1"] = IDS
    made.test_regions["cube-1"] = IDS == 2
    made.treatments["cube-1"] = Treatment(mask=Mask((IDS > 0).astype(np.int32)))
    made.models = [store_file(made.models_folder, "model", ".s3fn", lambda p: p.write_bytes(b"weights"))]
    made.save()
    return made


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def edit(project: Project, change: Callable[[Any], object]) -> None:
    """Change project.json by hand, by which it has no digest any more."""
    path = project.folder / "project.json"
    content = json.loads(path.read_text("utf-8"))
    content.pop("digest", None)
    change(content)
    path.write_text(json.dumps(content), "utf-8")


# --- names and links -----------------------------------------------------------------------------

EVIL = ("../../../EVIL", "a/b", "..", "", "a\\b", "C:x", "x\0y", "a\nb", "x" * 1000, "é" * 100)


@pytest.mark.parametrize("kind", ["labels", "treatments", "test_regions"])
@pytest.mark.parametrize("name", EVIL)
def test_keys_are_plain_names(name: str, kind: str, project: Project, tmp_path: Path) -> None:
    edit(project, lambda content: content[kind].update({name: content[kind].pop("cube-1")}))
    with pytest.raises(ProjectError, match="file name"):
        Project.load(project.folder)
    here = getattr(project, kind)
    here[name] = here.pop("cube-1")
    before = files(tmp_path)
    with pytest.raises(ProjectError, match="file name"):
        project.save()
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", EVIL)
def test_ids_of_cubes_are_plain_names(name: str, project: Project, tmp_path: Path) -> None:
    edit(project, lambda content: content["cubes"][0].update(id=name))
    with pytest.raises(ProjectError, match="file name"):
        Project.load(project.folder)
    project.cubes[0] = CubeEntry(name, "field", project.cubes[0].path)
    before = files(tmp_path)
    with pytest.raises(ProjectError, match="file name"):
        project.save()
    assert files(tmp_path) == before


@pytest.mark.parametrize("kind", ["labels", "treatments", "test_regions", "models"])
def test_a_folder_that_is_a_link_is_not_followed(kind: str, project: Project, tmp_path: Path) -> None:
    inside, outside = project.folder / kind, tmp_path / "outside"
    inside.rename(outside)
    (outside / f"mine-{'0' * 16}.tif").write_text("precious")
    inside.symlink_to(outside)
    before = {path: path.read_bytes() for path in outside.iterdir()}
    loaded = Project.load(project.folder)
    assert any("is a link" in note for note in loaded.notes)
    assert "cube-1" not in getattr(loaded, kind, ())
    loaded.labels["cube-2"] = IDS[::-1]
    loaded.test_regions["cube-2"] = IDS[::-1] == 1
    loaded.treatments["cube-2"] = Treatment(mask=Mask((IDS > 1).astype(np.int32)))
    loaded.models = [tmp_path / "field.hdr"]
    with pytest.raises(ProjectError, match="is a link"):
        loaded.save()
    assert {path: path.read_bytes() for path in outside.iterdir()} == before


@pytest.mark.parametrize("kind", ["labels", "treatments", "test_regions", "models"])
def test_a_file_that_is_a_link_is_not_followed(kind: str, project: Project, tmp_path: Path) -> None:
    (file,) = (f for f in (project.folder / kind).iterdir() if f.suffix != ".xml")
    outside = tmp_path / "outside"
    file.rename(outside)
    file.symlink_to(outside)
    before = outside.read_bytes()
    loaded = Project.load(project.folder)
    assert any("is a link" in note for note in loaded.notes)
    copied = loaded.copy(tmp_path / "copy.s3fnproj")
    copied.save()
    assert not (copied.folder / kind / file.name).exists()
    project.models = []
    project.save()  # what it knows is written in the link's place
    assert outside.read_bytes() == before
    assert not file.is_symlink()


# --- others who save -----------------------------------------------------------------------------

SAVER = """
import sys
import numpy as np
from pathlib import Path
from s3fn_core.project import Project
folder, number, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(number)
project = Project.load(folder)
print("ready", flush=True)
sys.stdin.readline()
for step in range(rounds):
    if step % 5 == 4:
        project = Project.load(folder)
        assert not project.notes, project.notes
    for key in ("cube-1", "cube-2", f"cube-{number + 3}"):
        project.labels[key] = rng.integers(0, 3, (20, 16)).astype(np.uint8)
        project.test_regions[key] = project.labels[key] == 1
    (project.autosave if step % 3 == 2 else project.save)()
"""


@pytest.mark.parametrize("rounds", [8, pytest.param(30, marks=pytest.mark.slow)])
def test_two_processes_that_save_lose_nothing(rounds: int, project: Project) -> None:
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", SAVER, str(project.folder), str(number), str(rounds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for number in range(2)
    ]
    for saver in savers:
        assert saver.stdout is not None
        assert saver.stdout.readline() == "ready\n"
    for saver in savers:
        assert saver.stdin is not None
        print("go", file=saver.stdin, flush=True)
    seen = 0
    while any(saver.poll() is None for saver in savers):
        assert Project.load(project.folder).notes == []
        seen += 1
    for saver in savers:
        assert saver.stderr is not None
        assert saver.wait() == 0, saver.stderr.read()
    loaded = Project.load(project.folder)
    assert loaded.notes == []
    assert {"cube-1", "cube-2"} <= loaded.labels.keys()
    assert seen > 3


OTHER = """
import sys
import numpy as np
from s3fn_core.project import Project
project = Project.load(sys.argv[1])
project.labels["cube-9"] = np.full((20, 16), 2, np.uint8)
project.save()
"""


def test_what_somebody_else_has_just_saved_is_not_pruned(project: Project) -> None:
    subprocess.run([sys.executable, "-c", OTHER, str(project.folder)], check=True, cwd=ROOT)
    (theirs,) = project.labels_folder.glob("cube-9-*.tif")
    project.labels["cube-1"] = IDS[::-1]
    project.save()  # knows nothing of it, and takes its place
    assert theirs.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="needs locks on folders")
def test_a_saver_that_hangs_is_not_waited_for_for_ever(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    from s3fn_core.project import turns

    monkeypatch.setattr(turns, "_LONGEST", 0.1)
    handle = os.open(project.folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    fresh = project.labels_folder / f"cube-7-{'a' * 24}.tif"
    fresh.write_text("about to be referred to")
    project.labels["cube-1"] = IDS[::-1]
    project.save()
    assert fresh.exists()
    os.close(handle)
    project.labels["cube-1"] = IDS
    project.save()
    assert not fresh.exists()
    assert Project.load(project.folder).notes == []


# --- damage --------------------------------------------------------------------------------------


def flipped(content: bytes, bit: int) -> bytes:
    damaged = bytearray(content)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


@pytest.mark.parametrize("kind", ["labels", "test_regions"])
def test_no_flipped_bit_changes_labels_in_silence(kind: str, project: Project) -> None:
    (file,) = (project.folder / kind).glob("*.tif")
    content = file.read_bytes()
    told = 0
    for bit in random.Random(3).sample(range(8 * len(content)), 300):
        file.write_bytes(flipped(content, bit))
        loaded = Project.load(project.folder)
        if loaded.notes:
            told += 1
            assert str(file) in loaded.notes[0]
            assert not getattr(loaded, kind)
        else:
            np.testing.assert_array_equal(loaded.labels["cube-1"], IDS)
            np.testing.assert_array_equal(loaded.test_regions["cube-1"], IDS == 2)
    assert told > 10


def test_no_flipped_bit_changes_a_project_in_silence(project: Project) -> None:
    path = project.folder / "project.json"
    content, plain = path.read_bytes(), described(project)
    told = 0
    for bit in random.Random(6).sample(range(8 * len(content)), 1000):
        path.write_bytes(flipped(content, bit))
        try:
            loaded = Project.load(project.folder)
        except ProjectError:
            continue
        told += bool(loaded.notes)
        assert loaded.notes or described(loaded) == plain
    assert told > 50


def described(project: Project) -> str:
    parts = (
        project.cubes,
        project.classes.to_json(),
        project.settings,
        [path.name for path in project.models],
    )
    kept = (project.labels, project.treatments, project.test_regions)
    return repr((parts, [sorted(files) for files in kept]))


def test_a_project_that_was_edited_says_so(project: Project) -> None:
    path = project.folder / "project.json"
    path.write_text(path.read_text("utf-8").replace('"soil"', '"clay"'), "utf-8")
    loaded = Project.load(project.folder)
    assert "edited by hand" in loaded.notes[0]
    assert loaded.classes.names == ("clay", "water")
    loaded.save()
    assert Project.load(project.folder).notes == []


def test_damaged_treatments_and_models_are_told_and_the_rest_opens(project: Project) -> None:
    for kind, name in (("treatments", "treatment"), ("models", "model")):
        (file,) = (project.folder / kind).iterdir()
        content = file.read_bytes()
        for bit in random.Random(4).sample(range(8 * len(content)), min(100, 8 * len(content))):
            file.write_bytes(flipped(content, bit))
            loaded = Project.load(project.folder)
            assert len(loaded.notes) == 1
            assert name in loaded.notes[0]
            assert "damaged" in loaded.notes[0]
            np.testing.assert_array_equal(loaded.labels["cube-1"], IDS)
        file.write_bytes(content)


@pytest.mark.parametrize("kind", ["labels", "treatments"])
def test_what_is_made_again_takes_the_place_of_what_is_damaged(kind: str, project: Project) -> None:
    (file,) = (path for path in (project.folder / kind).iterdir() if path.suffix != ".xml")
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    store._known.clear()  # as a program that has just been started
    loaded = Project.load(project.folder)
    assert len(loaded.notes) == 1
    getattr(loaded, kind)["cube-1"] = getattr(project, kind)["cube-1"]
    loaded.save()
    assert Project.load(project.folder).notes == []


def test_damage_under_a_name_without_digest_is_told_too(project: Project) -> None:
    (file,) = project.treatments_folder.iterdir()
    content, plain = file.read_bytes(), file.with_name("plain.npz")
    file.unlink()
    edit(project, lambda record: record["treatments"].update({"cube-1": "plain.npz"}))
    for bit in random.Random(5).sample(range(8 * len(content)), 300):
        plain.write_bytes(flipped(content, bit))
        loaded = Project.load(project.folder)
        assert "cube-1" in loaded.treatments or "treatment" in loaded.notes[0]


def test_labels_named_by_an_earlier_version_are_checked(project: Project) -> None:
    (file,) = project.labels_folder.glob("*.tif")
    colours = [c.color for c in project.classes]
    old = store._digest((repr((IDS.shape, project.classes.names)) + repr(colours)).encode(), IDS.tobytes())
    named = file.rename(file.with_name(f"cube-1-{old}.tif"))
    edit(project, lambda content: content["labels"].update({"cube-1": named.name}))
    loaded = Project.load(project.folder)
    assert loaded.notes == []
    np.testing.assert_array_equal(loaded.labels["cube-1"], IDS)
    wrong = named.rename(file.with_name(f"cube-1-{'0' * 16}.tif"))
    edit(project, lambda content: content["labels"].update({"cube-1": wrong.name}))
    assert "damaged" in Project.load(project.folder).notes[0]


def test_renamed_classes_make_no_label_map_damaged(project: Project) -> None:
    edit(project, lambda content: content["classes"]["classes"][0].update(name="clay"))
    assert Project.load(project.folder).notes == []


def test_a_treatment_that_unpacks_to_gigabytes_is_refused(project: Project) -> None:
    (file,) = project.treatments_folder.iterdir()
    file.unlink()
    bomb = {"objects": np.zeros((1 << 14, 1 << 14), np.int32), "more": np.zeros(1 << 27, np.uint8)}
    np.savez_compressed(project.treatments_folder / "bomb.npz", allow_pickle=False, **bomb)
    edit(project, lambda content: content["treatments"].update({"cube-1": "bomb.npz"}))
    start = time.monotonic()
    (note,) = Project.load(project.folder).notes
    assert "unpacks to" in note
    assert time.monotonic() - start < 5


# --- no room -------------------------------------------------------------------------------------


@pytest.mark.parametrize("fails", ["project.json", "labels", "treatments", "test_regions", "models"])
@pytest.mark.parametrize("verb", ["save", "autosave"])
def test_a_failed_save_leaves_nothing_behind(
    verb: str, fails: str, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "elsewhere.s3fn"
    model.write_bytes(b"other weights")
    project.labels |= {"cube-1": IDS[::-1], "cube-2": IDS}
    project.test_regions["cube-1"] = IDS == 1
    project.treatments["cube-1"] = Treatment(mask=Mask((IDS > 1).astype(np.int32)))
    project.models.append(model)
    before = files(tmp_path)
    with monkeypatch.context() as patching:
        full(fails, patching)
        for _ in range(3):
            with pytest.raises(ProjectError, match="No space left"):
                getattr(project, verb)()
            assert files(tmp_path) == before
    project.save()
    loaded = Project.load(project.folder)
    assert loaded.notes == []
    np.testing.assert_array_equal(loaded.labels["cube-2"], IDS)
    assert len(loaded.models) == 2


def full(fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing into a folder fails, once everything before it is written."""

    def no_room(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    places: dict[str, tuple[Any, str]] = {
        "project.json": (module, "json_text"),
        "labels": (store, "write_labels"),
        "treatments": (store.Store, "treatment"),
        "test_regions": (store.Store, "test_regions"),
        "models": (store.shutil, "copyfile"),
    }
    owner, name = places[fails]
    monkeypatch.setattr(owner, name, no_room)


def test_a_failed_create_leaves_the_place_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patching:
        full("project.json", patching)
        with pytest.raises(ProjectError, match="No space left"):
            Project.create(tmp_path / "deeper" / "work.s3fnproj")
    assert not list(tmp_path.iterdir())
    Project.create(tmp_path / "deeper" / "work.s3fnproj")


def test_a_model_for_a_save_that_does_not_come_goes(project: Project) -> None:
    before = files(project.folder)
    project.store_model(lambda place: place.write_bytes(b"new weights"))
    project.undo_store()
    assert files(project.folder) == before
    project.store_model(lambda place: place.write_bytes(b"weights"))  # the same as the saved one
    project.undo_store()
    assert files(project.folder) == before


# --- absurd contents -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scene",
    [Scene("wood", 0, 10**6, 10**6), Scene("wood", 0, 10**30, 40), Scene("wood", -5), Scene("wood", 0, 1, 1)],
)
def test_impossible_scenes_are_one_error(scene: Scene, project: Project) -> None:
    cube = Cube(np.zeros((40, 40, 4), np.float32), "big", simulated=True)
    project.add_cube(cube, scene=scene)
    project.save()
    loaded = Project.load(project.folder)
    start = time.monotonic()
    with pytest.raises(CubeError):
        loaded.cubes[-1].open()
    assert time.monotonic() - start < 1
    np.testing.assert_array_equal(loaded.labels["cube-1"], IDS)
