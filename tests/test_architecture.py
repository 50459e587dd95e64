"""The import rules of docs/architecture.md, and the promises that a reader of the code relies on.

The rules look at every import statement, also those inside functions.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import distributions, packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
PACKAGES = ("s3fn_core", "s3fn_gui")
LONGEST_FILE = 400

# Which rooms of the core each room may import, besides itself and the base below.
BASE = {
    "checked",
    "envi",
    "errors",
    "files",
    "grey_png",
    "hdf5_sets",
    "interrupts",
    "languages",
    "logs",
    "memory",
    "progress",
    "workers",
    "quoting",
    "resources",
    "types",
}
ROOMS = {
    "cubes": set(),
    "labels": set(),
    "cubes.simulate": {"cubes", "labels"},  # a scene has a truth and classes, so it is above both
    "words": {"cubes", "labels"},
    "project": {"cubes", "cubes.simulate", "labels"},
    "results": {"cubes", "labels"},
    "model": {"cubes", "labels", "words", "results"},
    "importers": {"cubes", "labels", "words", "results", "model", "project"},
    "deploy": {"cubes", "labels", "words", "results", "model"},
    "report": {"cubes", "labels", "words", "results", "model", "project"},
    "scripting": {"cubes", "labels", "words", "results", "model"},
    "problems": set(),
    "batch": {"cubes", "labels", "words", "results", "model", "problems"},
    "cli": {
        "cubes",
        "cubes.simulate",
        "labels",
        "words",
        "results",
        "model",
        "project",
        "importers",
        "report",
        "problems",
        "deploy",
        "batch",
    },
}
# Rooms that have rooms: their floors from the ground up.  What lies on one imports only from those
# below it; "*" are the other files, which may import each other, without a circle.
FLOORS = {
    "cubes": ("*", "formats viewing facts", "spectra", "treating", "simulate"),
    "cubes.formats": ("*", "envi"),
    "cubes.spectra": ("library", "*"),
    "labels": ("*", "exchange", "joining reading"),
    "words": ("class_spectra", "claims", "check", "*"),
    "model": ("config kept_texts", "network", "*", "learning applying", "live baselines"),
}
# Narrower than their rooms: this module (or package) imports none of these.
NARROWER = {
    "s3fn_core.words.encoder": ("s3fn_core.cubes", "s3fn_core.model"),
    "s3fn_core.model.config": ("s3fn_core.cubes", "s3fn_core.labels", "s3fn_core.words", "torch"),
    "s3fn_core.model.network": ("s3fn_core.cubes", "s3fn_core.labels", "s3fn_core.words"),
    "s3fn_core": ("PySide6", "pyqtgraph", "s3fn_gui", "superqt", "pickle", "joblib", "dill"),
    "s3fn_gui": ("s3fn_core.cli", "superqt", "pickle", "joblib", "dill"),
}
HEAVY = ("torch", "transformers", "openai", "pyogrio", "rasterio")
LIGHT = {
    "s3fn_core s3fn_core.project s3fn_core.cli": HEAVY,
    "s3fn_gui.shell.rooms": (*HEAVY, "scipy.ndimage", "scipy.stats", "pydantic", "yaml", "skimage.measure"),
    "s3fn_gui.shell.window": (*HEAVY, "numpy", "pyqtgraph", "s3fn_gui.session", "s3fn_core.project"),
}
"""What they leave alone; the last one is what is imported before anything can be seen."""


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text("utf-8"), str(MODULES[name]))


@cache
def imports(name: str) -> frozenset[str]:
    """Everything that a module imports, `from a import b` as both "a" and "a.b"."""
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: write imports in full"
            assert node.module is not None
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def room_of(name: str) -> str:
    """The innermost room (or base module) of the core that a module belongs to."""
    name = name.removeprefix("s3fn_core.")
    rooms = [room for room in ROOMS if within(name, room)]
    return max(rooms, key=len) if rooms else name.split(".")[0]


def core_rooms(name: str) -> set[str]:
    """Rooms of the core (or base modules) that a module imports."""
    return {room_of(part) for part in imports(name) if part.startswith("s3fn_core.")}


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("s3fn_core.")])
def test_rooms_import_downwards_only(name: str) -> None:
    room = room_of(name)
    if room in BASE:
        assert core_rooms(name) <= BASE
    else:
        assert room in ROOMS, f"{name} is in no known room; place it in ROOMS"
        assert core_rooms(name) - BASE - {room} <= ROOMS[room]


def arrows(name: str) -> set[str]:
    """The project's modules that a module imports: "a.b" of `from a import b` where that is one."""
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {part if part in MODULES else str(node.module) for part in parts}
    return found & MODULES.keys() - {name}


def test_no_circle_between_modules() -> None:
    TopologicalSorter({name: arrows(name) for name in MODULES}).prepare()  # it names a circle


@pytest.mark.parametrize("room", FLOORS)
def test_rooms_inside_a_room_import_downwards_only(room: str) -> None:
    level = {part: number for number, floor in enumerate(FLOORS[room]) for part in floor.split()}
    package = f"s3fn_core.{room}."

    def part_of(name: str) -> str:
        part = name.removeprefix(package).split(".")[0]
        return part if part in level else "*"

    inside = [name for name in MODULES if name.startswith(package)]
    assert level.keys() - {"*"} <= {part_of(name) for name in inside}
    for name in inside:
        others = {part_of(other) for other in arrows(name) if other in inside} - {part_of(name)}
        assert all(level[other] < level[part_of(name)] for other in others), f"{name}: {others}"


def test_every_room_with_rooms_has_its_floors() -> None:
    packages = {name for name, path in MODULES.items() if path.name == "__init__.py"}
    above = {name.rpartition(".")[0].removeprefix("s3fn_core.") for name in packages if name.count(".") > 1}
    assert {room for room in above if not room.startswith("s3fn_gui")} == FLOORS.keys()


@pytest.mark.parametrize("name", MODULES)
def test_modules_keep_out_of_what_is_not_theirs(name: str) -> None:
    for package, forbidden in NARROWER.items():
        if within(name, package):
            bad = {part for part in imports(name) if any(within(part, f) for f in forbidden)}
            assert not bad, f"{name} must not import {', '.join(sorted(bad))}"


APPLYING = [name for name in MODULES if within(name, "s3fn_core.model.applying")]


@pytest.mark.parametrize("name", APPLYING)
def test_a_model_is_applied_without_what_learns_one(name: str) -> None:
    # Not even by way of another module.
    assert not [module for module in reached(name) if within(module, "s3fn_core.model.learning")]
    assert "s3fn_core.model.learning.fitting" in reached("s3fn_core.model.learning.training")


def reached(name: str) -> set[str]:
    """The module and all of the project's modules that it imports, and that these import."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        module = ahead.pop()
        if module in MODULES and module not in found:
            found.add(module)
            ahead += imports(module)
    return found


def test_the_package_gives_what_it_promises() -> None:
    import s3fn_core

    assert all(hasattr(s3fn_core, name) for name in s3fn_core.__all__)
    assert s3fn_core.predict_objects.__module__ == "s3fn_core.model.applying.objects"


# The window from the roof down: floor, rooms, and which rooms of other floors they import.
# Every room may import session and base, session imports base, and base only the core.
WINDOW = (
    (6, "app", "shell"),
    (5, "shell", "labels masks model words project picture cubes spectra results start help problems"),
    (4, "labels model", "picture"),
    (4, "words", "spectra"),
    (4, "masks results", "picture spectra"),
    (4, "project", "cubes"),
    (3, "picture cubes spectra start help problems", ""),
    (2, "session", ""),
    (1, "base", ""),
)
FLOOR = {room: floor for floor, rooms, _ in WINDOW for room in rooms.split()}
BELOW = {
    room: {other for other in f"{below} session base".split() if FLOOR[other] < floor}
    for floor, rooms, below in WINDOW
    for room in rooms.split()
}
OF_WINDOW = [name for name in MODULES if name.startswith("s3fn_gui.")]


@pytest.mark.parametrize("name", OF_WINDOW)
def test_the_rooms_of_the_window_import_downwards_only(name: str) -> None:
    room = name.split(".")[1]
    assert room in BELOW, f"{name} is in no known room of the window"
    others = {part.split(".")[1] for part in arrows(name) if part in OF_WINDOW}
    assert others <= BELOW[room] | {room}


def test_the_table_of_the_window_is_the_drawing() -> None:
    rooms = {name.split(".")[1] for name in OF_WINDOW}
    assert rooms == FLOOR.keys()
    assert len(rooms) <= 16
    assert max(FLOOR.values()) <= 6


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in MODULES.values()}
    assert all((folder / "__init__.py").exists() for folder in folders)  # else no wheel has it


def test_no_circle_between_the_rooms_of_a_room() -> None:
    packages = {name for name in OF_WINDOW if MODULES[name].name == "__init__.py"}
    for package in sorted(packages):
        inside = [name for name in OF_WINDOW if name.startswith(f"{package}.")]
        part = {name: name.removeprefix(f"{package}.").split(".")[0] for name in inside}
        graph: dict[str, set[str]] = {}
        for name in inside:
            others = {part[other] for other in arrows(name) if other in part}
            graph.setdefault(part[name], set()).update(others - {part[name]})
        TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("name", MODULES)
def test_no_array_or_weight_is_unpickled(name: str) -> None:
    for call in calls(name):
        function = ast.unparse(call.func)
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert options.get("allow_pickle", "False") == "False", f"{name}:{call.lineno}"
        if function == "torch.load":
            assert options.get("weights_only") == "True", f"{name}:{call.lineno}"


ARRAY = re.compile(r"\b(\w*Array|ndarray|Tensor|Wavelengths|ObjectMap|Numbers|Pixels|Counts|Doubles)\b")


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("s3fn_core.")])
def test_what_holds_arrays_is_equal_to_itself_only(name: str) -> None:
    """Comparing arrays field by field has no one truth value, and arrays have no hash."""
    for node in ast.walk(tree(name)):
        if not isinstance(node, ast.ClassDef):
            continue
        made = [ast.unparse(line) for line in node.decorator_list]
        fields = [ast.unparse(line.annotation) for line in node.body if isinstance(line, ast.AnnAssign)]
        held = [field for field in fields if "Callable" not in field and ARRAY.search(field)]
        if held and any(line.startswith("dataclass") for line in made):
            assert any("eq=False" in line for line in made), f"{name}: {node.name} holds {held[0]}"


def calls(name: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(name)) if isinstance(node, ast.Call))


@pytest.mark.parametrize("name", MODULES)
def test_a_file_is_short_and_says_what_it_is(name: str) -> None:
    source = MODULES[name].read_text("utf-8")
    assert len(source.splitlines()) <= LONGEST_FILE
    if source.strip():
        assert ast.get_docstring(tree(name)), f"{name} needs a docstring"


@pytest.mark.parametrize("name", MODULES)
def test_shares_are_written_in_one_way(name: str) -> None:
    """As quoting.per_cent does, "93.1 %": the format "%" leaves out the space."""
    formats = [node.format_spec for node in ast.walk(tree(name)) if isinstance(node, ast.FormattedValue)]
    assert not [ast.unparse(one) for one in formats if one is not None and ast.unparse(one).endswith("%'")]


@pytest.mark.parametrize("names", LIGHT)
def test_what_starts_quickly_leaves_the_heavy_libraries_alone(names: str) -> None:
    modules = ", ".join(names.split())
    program = f"import sys, {modules}\nprint([name for name in {LIGHT[names]!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert (done.stdout.strip(), done.stderr.strip()) == ("[]", "")


def test_every_library_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [lines for name, lines in project["optional-dependencies"].items() if name != "dev"]
    lines = [*project["dependencies"], *chain.from_iterable(extras)]
    declared = {normal(re.split(r"[<>=;\[ ]", line)[0]) for line in lines}
    providers = packages_distributions()
    ours = {*PACKAGES, *sys.stdlib_module_names}
    used = {part.split(".")[0] for name in MODULES for part in imports(name)} - ours
    undeclared = {library for library in used if not declared & set(map(normal, providers.get(library, ())))}
    assert not undeclared


def pins() -> dict[str, str]:
    """The version of each distribution that packaging/constraints.txt names."""
    lines = (ROOT / "packaging" / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line]
    return {normal(name): version for name, version in pairs}


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = set(pins())
    wanted = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    assert {normal(re.split(r"[<>=;\[ ]", line)[0]) for line in wanted} - {project["name"]} <= pinned


def test_every_pin_runs_on_the_oldest_python() -> None:
    """Debian 12 has Python 3.11.2, and some releases ask for 3.11.5, which the resolver tells in riddles."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    pinned = pins()
    too_new = [
        f"{found.metadata['Name']} {found.version}"
        for found in distributions()
        if pinned.get(normal(found.metadata["Name"])) == found.version
        and "Requires-Python" in found.metadata
        and f"{oldest}.0" not in SpecifierSet(found.metadata["Requires-Python"])
    ]
    assert not too_new


def normal(name: str) -> str:
    """A distribution's name as the package index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
