"""The commands that the pages show, and a folder with the files that they name."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import numpy as np

from s3fn_core.cli import run
from s3fn_core.cubes.formats import write_envi
from s3fn_core.cubes.simulate import partial_labels, simulate
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.labels.classes import write_classes
from s3fn_core.labels.exchange import write_labels
from tests.core.importers.layouts import write_deephs

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
INDEX = DOCS / "index.md"
_FENCED = re.compile(r"^```bash\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^    (?:\$ )?(s3fn .*)$", re.MULTILINE)
_LINK = re.compile(r"^- \[[^\]]+\]\(([^)]+\.md)\)", re.MULTILINE)
SIDE = 48


def pages() -> list[Path]:
    """The pages in the order of the contents."""
    return [INDEX, *(DOCS / name for name in _LINK.findall(INDEX.read_text("utf-8")))]


def commands_to_run(page: Path) -> list[list[str]]:
    """Arguments of each ``s3fn`` command in the shell blocks of a page."""
    blocks = "\n".join(_FENCED.findall(page.read_text("utf-8"))).replace("\\\n", " ")
    lines = (shlex.split(line, comments=True) for line in blocks.splitlines())
    return [words[1:] for words in lines if words[:1] == ["s3fn"]]


def commands_with_placeholders(page: Path) -> list[list[str]]:
    """Arguments of each indented ``s3fn`` command, which may name files in capitals."""
    lines = _INDENTED.findall(page.read_text("utf-8"))
    return [shlex.split(line.partition("     ")[0], comments=True)[1:] for line in lines if "..." not in line]


def furnish(folder: Path) -> None:
    """Put the files that the pages name into an empty folder: one small simulated tray under many names."""
    scene = simulate("fruit", seed=1, lines=SIDE, samples=SIDE)
    values, waves = np.nan_to_num(scene.cube.read()), scene.cube.wavelengths
    for name in ("scene", "one", "two", "other", "moved/scene", "scans/tray_1", "scans/tray_2"):
        (folder / name).parent.mkdir(exist_ok=True)
        write_envi(values, folder / f"{name}.hdr", waves)
    labels = partial_labels(scene, seed=1)
    (folder / "labels").mkdir()
    for name in ("labels", "one", "two", "labels/tray_1_labels", "labels/tray_2_labels"):
        write_labels(labels, folder / f"{name}.tif", scene.classes)
    for name, ids in (("truth", scene.truth), ("objects", scene.objects), ("test", scene.objects % 4 == 1)):
        np.save(folder / f"{name}.npy", ids.astype(np.uint16))
    for name in ("classes", "edited"):
        write_classes(scene.classes, folder / f"{name}.json")
    np.savetxt(
        folder / "spectra.csv", np.c_[waves, values[10, 10]], delimiter=",", header="nm,fruit", comments=""
    )
    _write_counts(folder, values, waves)
    recipe = Recipe(Threshold(Band(60), low=0.25))
    (folder / "mask.json").write_text(recipe.to_json(), "utf-8")
    write_deephs(folder / "fruit", kinds=("Kiwi",), cameras=("VIS",), each=4)
    assert run(["import", "deephs-fruit", f"{folder}/fruit", "--out", f"{folder}/fruit.s3fnproj"]) == 0


def _write_counts(folder: Path, values: np.ndarray, waves: np.ndarray) -> None:
    """A raw cube with its references, alone and in the folder of a camera."""
    (folder / "camera").mkdir()
    counts = {
        "raw": 100 + 3000 * values,
        "white": np.full((4, *values.shape[1:]), 3100.0),
        "dark": np.full((4, *values.shape[1:]), 100.0),
    }
    for name, array in counts.items():
        write_envi(array.astype(np.uint16), folder / f"{name}.hdr", waves)
    for name, copy in (("raw", "tray"), ("white", "WHITEREF_tray"), ("dark", "DARKREF_tray")):
        for path in folder.glob(f"{name}.*"):
            shutil.copy(path, folder / "camera" / f"{copy}{path.suffix}")


def recipe_of(page: Path) -> str:
    """The recipe that a page shows, as it stands."""
    text = page.read_text("utf-8")
    return text[text.index("    s3fn_recipe: 1") : text.index("JSON works as well")]
