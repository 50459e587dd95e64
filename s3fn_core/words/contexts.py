"""What a language model is told of a class besides its name."""

from __future__ import annotations

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet
from s3fn_core.progress import Operation
from s3fn_core.types import IdArray
from s3fn_core.words.llm import DescribeContext
from s3fn_core.words.measured import class_facts, facts_text


def contexts_of(
    classes: ClassSet, cube: Cube | None, ids: IdArray | None = None
) -> Operation[dict[int, DescribeContext]]:
    """What a cube and its labels, if there are any, tell of each class.

    Raises
    ------
    LabelError
        When the labels do not have the cube's extent.
    """
    if cube is None:
        return {c.id: DescribeContext() for c in classes}
    facts = {}
    if ids is not None and ids.any():
        facts = yield from class_facts(cube, ids, classes)
    reach = cube.range_nm
    return {c.id: DescribeContext(reach, facts_text(c.id, facts, classes)) for c in classes}
