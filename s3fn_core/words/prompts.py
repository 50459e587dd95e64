"""Prompt templates: what a language model is asked about a class."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from s3fn_core.errors import WordsError
from s3fn_core.resources import resource

PROMPT_NAMES = ("general", "fruit", "wood", "land_cover", "minerals")
PLACEHOLDERS = (
    "label", "other_labels", "domain", "sensor", "range_nm", "spectral_facts", "language",
)  # fmt: skip

Message = dict[str, str]
"""``{"role": "system" or "user", "content": text}``"""


@dataclass(frozen=True)
class PromptTemplate:
    """The two parts of a request, with placeholders like ``{label}``.

    Attributes
    ----------
    domain : str
        What the classes belong to, e.g. "ripeness of fruit"; fills ``{domain}``.
    """

    name: str
    domain: str
    system: str
    user: str


def load_prompt(name: str) -> PromptTemplate:
    """Read ``resources/prompts/NAME.json``.

    Raises
    ------
    WordsError
        When there is none of that name, or it is malformed.
    """
    path = resource("prompts", f"{name}.json")
    if not re.fullmatch(r"\w+", name) or not path.is_file():
        raise WordsError(
            f'There is no prompt template "{name}"; choose one of {", ".join(PROMPT_NAMES)}.'
        )
    try:
        content = json.loads(path.read_text("utf-8"))
        parts = [content[key] for key in ("domain", "system", "user")]
        if not all(isinstance(part, str) for part in parts):
            raise TypeError("domain, system and user must be texts")
    except (ValueError, KeyError, TypeError) as error:
        raise WordsError(
            f'The prompt template {path} is malformed ({error}); expected {{"domain": "...", '
            '"system": "...", "user": "..."}. Reset it to its default.'
        ) from error
    return PromptTemplate(name, *parts)


def fill(
    template: PromptTemplate,
    *,
    label: str,
    other_labels: Sequence[str] = (),
    sensor: str = "",
    range_nm: tuple[float, float] | None = None,
    spectral_facts: str = "",
    language: str = "English",
) -> list[Message]:
    """The messages of a chat request.

    Parameters
    ----------
    template : PromptTemplate
    label : str
        The class to describe.
    other_labels : sequence of str
        The classes to tell it from.
    sensor : str
        Name of the instrument, if known.
    range_nm : (float, float), optional
        First and last wavelength of the cube in nm.
    spectral_facts : str
        What was measured on the class's labelled pixels.
    language : str

    Raises
    ------
    WordsError
        When the template has a placeholder that is none of :data:`PLACEHOLDERS`.
    """
    low, high = range_nm or (400.0, 2500.0)
    values = {
        "label": label,
        "other_labels": ", ".join(other_labels) or "none",
        "domain": template.domain,
        "sensor": sensor or "an imaging spectrometer",
        "range_nm": f"{low:.0f} to {high:.0f} nm",
        "spectral_facts": spectral_facts or "none",
        "language": language,
    }

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise WordsError(
                f'The prompt template "{template.name}" holds {match[0]}, which nothing fills; '
                f"the placeholders are {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}."
            )
        return values[match[1]]

    parts = (("system", template.system), ("user", template.user))
    return [
        {"role": role, "content": re.sub(r"\{(\w+)\}", value, part).strip()} for role, part in parts
    ]
