"""HyperspectralBlueberries (doi:10.5281/zenodo.11200576): trays of berries, all good or all bad."""

from __future__ import annotations

import re
from pathlib import Path

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.features import NormalisedDifference
from s3fn_core.cubes.treating.mask import Recipe, Step, Threshold, propose_threshold
from s3fn_core.cubes.treating.objects import Splitting
from s3fn_core.cubes.treating.reference_files import find_references
from s3fn_core.envi.files import has_data_file
from s3fn_core.errors import CubeError
from s3fn_core.importers.found import DataSet, FoundCube, Wish
from s3fn_core.importers.holding_out import NOTHING, held_out
from s3fn_core.labels.classes import read_classes
from s3fn_core.languages import plural, tr
from s3fn_core.resources import resource

TITLE = "HyperspectralBlueberries"
NAMES = {"good": "good", "bad": "defective"}
"""Class by the first word of a file's name."""
_TRAY = re.compile(r"(?P<kind>good|bad)[ _]blueberr(?:y|ies)", re.IGNORECASE)
RED, INFRARED = 680.0, 900.0
"""Berries are dark in red and bright in the near infrared, nm."""
FINE, SMALLEST = 400, 40
"""The shorter side of a tray holds so many details, and so many berries at most."""
CONFOUNDED = tr(
    "Good and bad berries were recorded on different days: what changed between the days "
    "(lamps, white reference, camera) also tells the classes apart. Expect less on berries "
    "of another day."
)


def look(folder: Path, wish: Wish) -> DataSet:
    """Trays below a folder, their class by the file's name or else by the folder's.

    Raises
    ------
    CubeError
        When there are none.
    """
    headers = [path for path in sorted(folder.rglob("*.hdr")) if find_references(path).white != path]
    kinds = {path: kind for path in headers if (kind := _kind(path, folder))}
    if not kinds:
        raise CubeError(
            "{folder} holds no trays of blueberries (Good Blueberry 1-42.bil.hdr, ...; Bad "
            "Blueberry 1-42.bil.hdr, ...). Choose the folder that holds them.",
            folder=folder,
        )
    present = {path: kind for path, kind in kinds.items() if has_data_file(path)}
    missing = tuple(path.with_suffix("") for path in kinds if path not in present)
    tested = held_out({str(path): kind for path, kind in present.items()})
    whites = {path: find_references(path).white for path in present}
    cubes = tuple(
        FoundCube(path, kind, "test" if str(path) in tested else "train", white=whites[path])
        for path, kind in present.items()
    )
    notes = [CONFOUNDED]
    if bare := [path.name for path, white in whites.items() if white is None]:
        notes.append(
            plural(
                "{count} tray has no WhiteReference next to it and stays raw counts.",
                "{count} trays have no WhiteReference next to them and stay raw counts.",
                len(bare),
            )
        )
    split = NOTHING
    if tested:
        split = tr(
            "whole trays: a quarter of the trays of every class, drawn at random; no tray is on both sides"
        )
    classes = read_classes(resource("classes", "blueberries.json"))
    return DataSet("blueberries", TITLE, folder, cubes, classes, split, tuple(notes), missing)


def _kind(path: Path, folder: Path) -> str:
    """The class that a file's name states, or the folders it lies in; empty for neither."""
    for part in reversed(path.relative_to(folder).parts):
        if match := _TRAY.search(part):
            return NAMES[match["kind"].lower()]
    return ""


def recipe_for(cube: Cube) -> Recipe:
    """How the berries of a tray are found.

    By the normalised difference of near infrared and red, its threshold by Otsu's method; sizes go by
    the size of the image, in which one berry lies next to the other.

    Raises
    ------
    CubeError
        When the cube has no wavelengths, or no threshold parts its values.
    """
    feature = NormalisedDifference(cube.nearest_band(INFRARED), cube.nearest_band(RED))
    side = min(cube.lines, cube.samples)
    detail, smallest = max(1.0, side / FINE), max(20, round((side / SMALLEST) ** 2))
    return Recipe(
        Threshold(feature, low=propose_threshold(cube, feature)),
        (Step("open", detail), Step("fill", float(smallest))),
        Splitting("watershed", smallest, depth=detail),
    )
