"""What an installation holds: sdist and wheel are really built, and the wheel is installed and used."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

import s3fn_core
from s3fn_core.resources import manual, resource

ROOT = Path(__file__).parent.parent
NAME = f"s3fn-{s3fn_core.__version__}"
PLACES = {
    "s3fn_core": "s3fn_core",
    "s3fn_gui": "s3fn_gui",
    "resources": "s3fn_core/_resources",
    "docs": "s3fn_core/_docs",
}
PAGES = re.compile(r"docs/([^/]+\.(md|ipynb|png)|pictures/.+|decisions/.+)")
PROGRAM = """
from s3fn_core import cli
from s3fn_core.resources import manual, resource
assert resource("icons", "app.svg").is_file() and manual("quick-start.md").is_file()
print(resource(), manual(), sep="\\n")
cli.main()
"""


def python(*arguments: str | Path, cwd: Path, **environment: str) -> str:
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it."""
    folder = tmp_path_factory.mktemp("dist")
    python("-m", "hatchling", "build", "--target", "sdist", "--directory", folder, cwd=ROOT)
    sdist = folder / f"{NAME}.tar.gz"
    with tarfile.open(sdist) as archive:
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python 3.11.2 has none
        archive.extractall(folder, **safe)
    wheel = ("-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", folder)
    python(*wheel, folder / NAME, cwd=folder)
    return sdist, folder / f"{NAME}-py3-none-any.whl"


def shipped() -> set[str]:
    """Where the wheel has each file of the checkout that it must have."""
    files = [path for folder in PLACES for path in (ROOT / folder).rglob("*") if path.is_file()]
    names = [path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"]
    wanted = [name for name in names if not name.startswith("docs/") or PAGES.fullmatch(name)]
    return {"/".join((PLACES[top], rest)) for top, _, rest in (name.partition("/") for name in wanted)}


@pytest.mark.slow
def test_the_wheel_holds_code_data_and_documentation_and_nothing_else(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        names = {name for name in archive.namelist() if not name.startswith(f"{NAME}.dist-info/")}
    assert names == shipped()


@pytest.mark.slow
def test_the_sdist_holds_what_builds_and_tests_it(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Makefile", "packaging/setup.sh", "tests/test_package.py", "resources/icons/app.svg"} <= names
    assert not {name for name in names if name.startswith((".venv", "build/", "dist/"))}


@pytest.mark.slow
def test_an_installed_wheel_finds_its_data(built: tuple[Path, Path], tmp_path: Path) -> None:
    target = tmp_path / "site"
    install = ("-m", "pip", "install", "--no-deps", "--no-index", "--no-compile", "--target", target)
    python(*install, built[1], cwd=tmp_path)
    told = python("-c", PROGRAM, "--version", cwd=tmp_path, PYTHONPATH=str(target))
    inside = target / "s3fn_core"
    assert told.splitlines() == [f"{inside / '_resources'}", f"{inside / '_docs'}", f"s3fn {NAME[5:]}"]
    assert {path.name for path in target.iterdir()} == {"s3fn_core", "s3fn_gui", "bin", f"{NAME}.dist-info"}


def test_a_checkout_uses_its_own_folders() -> None:
    assert resource("icons") == ROOT / "resources" / "icons"
    assert manual("quick-start.md") == ROOT / "docs" / "quick-start.md"


def test_the_newest_changes_are_those_of_this_version() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.search(r"^## (\S+)", changes, re.MULTILINE)
    assert found
    assert found[1] == s3fn_core.__version__


def test_the_metadata_for_desktops_are_those_of_this_version() -> None:
    folder = ROOT / "packaging" / "linux"
    about = ElementTree.parse(folder / "org.s3fn.s3fn.metainfo.xml").getroot()
    release = about.find("releases/release")
    assert release is not None
    assert release.get("version") == s3fn_core.__version__
    name = about.findtext("launchable")
    assert name == f"{about.findtext('id')}.desktop"
    entry = ConfigParser(interpolation=None)
    entry.read(folder / name, "utf-8")
    types = ElementTree.parse(folder / "org.s3fn.s3fn.mime.xml").getroot()
    known = {kind.get("type") for kind in types}
    assert set(entry["Desktop Entry"]["MimeType"].strip(";").split(";")) <= known
    assert entry["Desktop Entry"]["Icon"] == about.findtext("id")


@pytest.mark.parametrize(
    ("check", "name"),
    [(("appstreamcli", "validate", "--no-net"), "metainfo.xml"), (("desktop-file-validate",), "desktop")],
)
def test_desktops_understand_the_metadata(check: tuple[str, ...], name: str) -> None:
    if shutil.which(check[0]) is None:
        pytest.skip(f"{check[0]} is not installed")
    path = ROOT / "packaging" / "linux" / f"org.s3fn.s3fn.{name}"
    done = subprocess.run([*check, path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
