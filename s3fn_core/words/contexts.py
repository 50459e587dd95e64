"""What a language model is told of a class besides its name."""

from __future__ import annotations

from collections.abc import Sequence

from s3fn_core.cubes.cube import Cube
from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Operation, scaled
from s3fn_core.types import IdArray
from s3fn_core.words.library.matching import Proposal, open_library
from s3fn_core.words.llm import DescribeContext
from s3fn_core.words.measured import class_facts, facts_text

TOLD = (430, 550, 670, 740, 800, 1000, 1200, 1650, 2200)
"""Wavelengths in nm at which a prompt states the spectra of proposed materials."""


def contexts_of(
    classes: ClassSet, cube: Cube | None, ids: IdArray | None = None
) -> Operation[dict[int, DescribeContext]]:
    """What a cube and its labels, if there are any, and the library tell of each class.

    Raises
    ------
    LabelError
        When the labels do not have the cube's extent.
    """
    facts = {}
    if cube is not None and ids is not None and ids.any():
        facts = yield from scaled(class_facts(cube, ids, classes), 0.0, 0.7)
    reach = None if cube is None else cube.range_nm
    known = yield from scaled(_materials(classes, reach), 0.7, 1.0)
    return {c.id: DescribeContext(reach, facts_text(c.id, facts, classes), known[c.id]) for c in classes}


def _materials(classes: ClassSet, reach: tuple[float, float] | None) -> Operation[dict[int, str]]:
    """Materials of the library that each class may mean, with their spectra, in one line each."""
    try:
        library = yield from open_library()
    except WordsError:  # without an encoder a language model is asked all the same
        return dict.fromkeys(classes.ids, "")
    return {c.id: materials_text(library.propose(c), reach) for c in classes}


def materials_text(proposals: Sequence[Proposal], reach: tuple[float, float] | None = None) -> str:
    """Proposed materials and their spectra at a few wavelengths, for a prompt."""
    lines = []
    for one in proposals:
        knots = [(nm, value) for nm, value in one.entry.knots(reach) if nm in TOLD]
        if knots:
            told = ", ".join(f"{nm:.0f} nm {100 * value:.0f} %" for nm, value in knots)
            lines.append(f"{one.entry.name} ({one.entry.geometry}): {told}")
    return "; ".join(lines)
