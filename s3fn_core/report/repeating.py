"""Repeating the training of a report, and what differs from it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from s3fn_core.errors import ProjectError, ReportError
from s3fn_core.files import read_file, reason
from s3fn_core.languages import tr
from s3fn_core.model.dataset import LabelledCube
from s3fn_core.model.kept_texts import told
from s3fn_core.project.entry import CubeEntry
from s3fn_core.report.recipe import CubeInputs, Recipe, digests, figures_of, labelled, treatment_of, versions

RECIPE_ID = "s3fn-recipe"
_LARGEST = 1 << 29


@dataclass(frozen=True, eq=False)
class Repeat:
    """A training of a report, ready to run once more.

    Attributes
    ----------
    recipe : Recipe
    data : tuple of LabelledCube
    cubes : tuple of path
        The files that were opened; none of simulated scenes.
    differences : tuple of str
        What is not as it was: files, versions.
    """

    recipe: Recipe
    data: tuple[LabelledCube, ...]
    cubes: tuple[Path, ...]
    differences: tuple[str, ...]


def read_recipe(path: Path) -> Recipe:
    """The recipe in a report.

    Raises
    ------
    ReportError
        When the file cannot be read, is no report, or has no recipe.
    """
    try:
        text = read_file(path, _LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = reason(error) if isinstance(error, OSError) else tr("it is not text")
        raise ReportError("{path} cannot be read: {why}.", path=path, why=why) from error
    finder = _Finder()
    finder.feed(text)
    if not finder.found:
        raise ReportError(
            "{path} holds no recipe: it is not a report of this program, or its run could not be "
            "recorded (the report says why).",
            path=path,
        )
    return Recipe.from_json("".join(finder.found))


class _Finder(HTMLParser):
    """Collects the text of the element that holds the recipe."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if ("id", RECIPE_ID) in attrs:
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)


def prepare(recipe: Recipe, folder: Path, elsewhere: Sequence[Path] = ()) -> Repeat:
    """Open what the training was given.

    Parameters
    ----------
    folder : path
        Where the report lies.
    elsewhere : sequence of paths
        The cubes in the order of the report, where they are not at their old places any more.

    Raises
    ------
    CubeError, ReportError
        When a cube is missing, or has another shape than it had.
    """
    if elsewhere and len(elsewhere) != len(recipe.cubes):
        names = ", ".join(str(one.entry.get("name")) for one in recipe.cubes)
        raise ReportError(
            "The report was trained on {cubes} cubes, {given} are given; give one for each of "
            "{names}, in this order.",
            cubes=len(recipe.cubes),
            given=len(elsewhere),
            names=names,
        )
    data, paths, differences = [], [], []
    for number, inputs in enumerate(recipe.cubes):
        entry = _entry(inputs, folder)
        if elsewhere:
            entry = entry.moved_to(elsewhere[number])
        source = entry.open()
        data.append(labelled(inputs, treatment_of(inputs).applied(source)))
        if entry.path is not None:
            paths.append(entry.path)
            differences += _changed(entry.name, inputs.files, digests(entry.path))
    differences += _other_versions(recipe.versions)
    return Repeat(recipe, tuple(data), tuple(paths), tuple(differences))


def _entry(inputs: CubeInputs, folder: Path) -> CubeEntry:
    try:
        return CubeEntry.from_json(inputs.entry, Path(os.path.abspath(folder)))  # noqa: PTH100
    except (KeyError, TypeError, ValueError, ProjectError) as error:
        raise ReportError("A cube of the report cannot be read: {error}.", error=error) from error


def _changed(name: str, before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """By content: a copy may have another name."""
    if sorted(before.values()) == sorted(now.values()):
        return []
    return [tr("{name}: the content of its files is not what the report was made of.", name=name)]


def _other_versions(before: Mapping[str, str]) -> list[str]:
    now = versions()
    return [
        tr("{name} was {old}, here it is {now}.", name=name, old=old, now=now.get(name) or tr("missing"))
        for name, old in before.items()
        if now.get(name) != old
    ]


def compared(recipe: Recipe, metrics: Mapping[str, Any]) -> list[str]:
    """What the repeated training measured otherwise; empty where all figures are the same."""
    now = figures_of(metrics)
    found = []
    for name, old in recipe.figures.items():
        if now.get(name) != old:
            found.append(
                tr(
                    "{name}: {before} in the report, {now} now.",
                    name=name,
                    before=_figure(old),
                    now=_figure(now.get(name)),
                )
            )
    device = str(metrics.get("device", ""))
    if found and device != recipe.device:
        found.append(
            tr(
                "The report was made on {device}, this training ran on {other}.",
                device=told(recipe.device),
                other=told(device),
            )
        )
    return found


def _figure(value: float | None) -> str:
    return tr("not measured") if value is None else f"{value:.6g}"
