"""Pipes, devices and names that no file can have end in one error at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from s3fn_core.cubes.formats import can_open, open_cube, variables_of
from s3fn_core.cubes.spectra.library import read_library
from s3fn_core.cubes.treating import stated_wavelengths
from s3fn_core.cubes.treating.treatment import read_treatment
from s3fn_core.errors import ProjectError, S3FNError
from s3fn_core.labels.classes import read_classes
from s3fn_core.labels.exchange import LABEL_SUFFIXES, read_label_file, read_objects
from s3fn_core.model.checkpoint import load_model
from s3fn_core.model.learning.recovery import Recovery
from s3fn_core.project import Project
from s3fn_core.project.sorting import is_geojson
from s3fn_core.words import prompts
from s3fn_core.words.transformer import fingerprint

LONGEST_S = 10  # of a busy computer
PIPE, ZERO = "a pipe", "a device"

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")


@pytest.fixture(autouse=True)
def deadline() -> Iterator[None]:
    """A read that waits is an error and not a test without end."""

    def stop(*_: object) -> NoReturn:
        raise AssertionError("it waits for the pipe")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def put(path: Path, what: str) -> None:
    path.unlink(missing_ok=True)
    if what == PIPE:
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")


def labels(path: Path) -> None:
    read_label_file(path, shape=(5, 6))


def wavelengths(path: Path) -> None:
    stated_wavelengths.from_file(path, 4)


CUBES = (".hdr", ".img", ".npy", ".npz", ".mat", ".h5", ".tif", ".png")
READERS: dict[str, tuple[Callable[[Path], object], str]] = {
    **{f"labels{suffix}": (labels, f"x{suffix}") for suffix in LABEL_SUFFIXES},
    **{
        f"cube{s}": (open_cube, f"x{s}")
        for s in (".hdr", ".img", ".npy", ".npz", ".mat", ".h5", ".tif", ".png")
    },
    "arrays": (variables_of, "x.h5"),
    "objects": (read_objects, "x.tif"),
    "spectra.csv": (read_library, "x.csv"),
    "spectra.sli": (read_library, "x.sli"),
    "spectra.hdr": (read_library, "x.hdr"),
    **{f"spectrum{s}": (read_library, f"x{s}") for s in (".asd", ".sig", ".txt")},
    "wavelengths.txt": (wavelengths, "x.txt"),
    "wavelengths.hdr": (wavelengths, "x.hdr"),
    "treatment": (read_treatment, "x.npz"),
    "classes": (read_classes, "x.json"),
    "prompt": (lambda path: prompts._read(path, "x.json"), "x.json"),
    "model": (load_model, "x.s3fn"),
    "training": (lambda path: Recovery(path, "a"), "x.training"),
    "encoder": (lambda path: fingerprint(path.parent), "vocab.txt"),
    "project": (Project.load, "project.json"),
}


@pytest.mark.parametrize("what", [PIPE, ZERO])
@pytest.mark.parametrize("name", READERS)
def test_no_reader_waits_for_what_is_no_file(name: str, what: str, tmp_path: Path) -> None:
    read, file = READERS[name]
    put(tmp_path / file, what)
    with pytest.raises(S3FNError) as caught:
        read(tmp_path / file)
    assert file in str(caught.value)


@pytest.mark.parametrize("stem", ["x" * 1000, "a\0b"], ids=["long", "zero"])
@pytest.mark.parametrize("name", sorted(READERS.keys() - {"encoder"}))
def test_names_that_no_file_can_have_are_one_error(name: str, stem: str, tmp_path: Path) -> None:
    read, file = READERS[name]
    with pytest.raises(S3FNError):
        read(tmp_path / (stem + Path(file).suffix))


@pytest.mark.parametrize("stem", ["x" * 1000, "a\0b"], ids=["long", "zero"])
def test_no_project_has_such_a_name(stem: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot hold a project"):
        Project.create(tmp_path / stem)


@pytest.mark.parametrize("what", [PIPE, ZERO])
def test_what_is_no_file_is_neither_a_cube_nor_shapes(what: str, tmp_path: Path) -> None:
    for name in ("x.hdr", "x.tif", "x.json"):
        put(tmp_path / name, what)
        assert not can_open(tmp_path / name)
        assert not is_geojson(tmp_path / name)
