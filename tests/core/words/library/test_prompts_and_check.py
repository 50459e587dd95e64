"""What the library tells a language model, and what it says of its answer."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.progress import run
from s3fn_core.words.contexts import contexts_of
from s3fn_core.words.llm import request_messages
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_core.words.prompts import PROMPT_NAMES
from s3fn_core.words.scene_check import check_description, read_scene

WAVES = np.linspace(430, 990, 29)


def classes_of(name: str, text: str) -> ClassSet:
    other = LabelClass(2, "soil", "#b5651d", (Description("Soil."),))
    return ClassSet((LabelClass(1, name, "#228833", (Description(text),)), other))


def verdicts(name: str, text: str, ids: np.ndarray | None = None) -> list[tuple[str, str]]:
    cube = Cube(np.full((4, 4, 29), 0.04, np.float32), "scene", wavelengths=WAVES, reflectance=True)
    classes = classes_of(name, text)
    checked = check_description(run(read_scene(cube, ids, classes)), classes, 1)
    return [(f.verdict, f.sentence) for f in checked.findings if f.kind == "level"]


@pytest.mark.parametrize("domain", PROMPT_NAMES)
def test_requests_offer_the_materials(domain: str) -> None:
    classes = classes_of("tree", "Tall.")
    cube = Cube(np.ones((2, 2, 29), np.float32), "scene", wavelengths=WAVES)
    context = run(contexts_of(classes, cube))[1]
    assert "deciduous tree canopy (canopy): 430 nm 2 %, 550 nm 6 %, 670 nm 2 %" in context.materials
    assert "1000 nm" not in context.materials
    settings = LLMSettings.from_json({"domain": domain})
    asked = request_messages(classes[1], classes, settings, context)[1]["content"]
    assert context.materials in asked
    assert "Expected reflectance:" in asked
    nothing = run(contexts_of(classes_of("cheese", "Holes."), cube))[1]
    assert "consist of: none" in request_messages(classes[1], classes, settings, nothing)[1]["content"]


def test_a_level_far_from_the_library_is_marked() -> None:
    text = "Expected reflectance: 550 nm 6 %, 670 nm 3 %, 800 nm 4 %."
    found = verdicts("tree", text)
    assert [verdict for verdict, _ in found] == ["unchecked", "unchecked", "contradicted"]
    assert found[2][1] == "Library: deciduous tree canopy 39 % at 800 nm. The text says 4 %."


def test_measurement_goes_before_the_library() -> None:
    ids = np.ones((4, 4), np.uint8)
    (found,) = verdicts("tree", "It reflects 4 % at 800 nm.", ids)
    assert found[0] == "supported"


@pytest.mark.parametrize(("name", "level"), [("tree", 45), ("cheese", 4), ("concrete wall 3", 25)])
def test_near_levels_and_unknown_names_stay_unchecked(name: str, level: int) -> None:
    ((verdict, _),) = verdicts(name, f"It reflects {level} % at 800 nm.")
    assert verdict == "unchecked"
