"""Prompt templates: what a language model is asked about a class."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import appdirs

from s3fn_core.errors import WordsError
from s3fn_core.files import json_text, read_file, reason, whole_file
from s3fn_core.resources import resource

PROMPT_NAMES = ("general", "fruit", "wood", "land_cover", "minerals")
PLACEHOLDERS = (
    "label",
    "other_labels",
    "domain",
    "sensor",
    "range_nm",
    "spectral_facts",
    "materials",
    "language",
)
PLACEHOLDER = re.compile(r"\{(\w+)\}")

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


def own_folder() -> Path:
    """Where the user's own templates lie; they go before the ones that ship with the program."""
    return Path(appdirs.user_config_dir("s3fn")) / "prompts"


def prompt_names() -> tuple[str, ...]:
    """The templates there are: those of the program, then what the user has added."""
    own = (path.stem for path in sorted(own_folder().glob("*.json")))
    return (*PROMPT_NAMES, *(n for n in own if n not in PROMPT_NAMES and _is_name(n)))


def is_own(name: str) -> bool:
    """Whether the user has changed or added a template."""
    return _is_name(name) and _own_path(name).is_file()


def load_prompt(name: str) -> PromptTemplate:
    """Read a template: the user's own, else the program's.

    Raises
    ------
    WordsError
        When there is none of that name, or it is malformed.
    """
    return _read(_own_path(name), name) if is_own(name) else default_prompt(name)


def default_prompt(name: str) -> PromptTemplate:
    """Read ``resources/prompts/NAME.json``, which nobody edits; raises as :func:`load_prompt`."""
    path = resource("prompts", f"{name}.json")
    if not _is_name(name) or not path.is_file():
        raise WordsError(
            'There is no prompt template "{name}"; choose one of {names}.',
            name=name,
            names=", ".join(prompt_names()),
        )
    return _read(path, name)


def prompt_for(domain: str) -> PromptTemplate:
    """The template of a domain, the general one where there is none for it."""
    return load_prompt(domain if domain in prompt_names() else "general")


def save_prompt(template: PromptTemplate) -> None:
    """Keep a template as the user's own.

    Raises
    ------
    WordsError
        When it is incomplete or cannot be written; an earlier one stays then.
    """
    check_prompt(template)
    path = _own_path(template.name)
    content = {"domain": template.domain, "system": template.system, "user": template.user}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as temporary:
            temporary.write_text(json_text(content), "utf-8")
    except OSError as error:
        raise WordsError("{path} cannot be written: {reason}.", path=path, reason=reason(error)) from error


def reset_prompt(name: str) -> None:
    """Forget the user's own template: the program's is in force again, if it has one."""
    path = _own_path(name)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise WordsError("{path} cannot be removed: {reason}.", path=path, reason=reason(error)) from error


def check_prompt(template: PromptTemplate) -> None:
    """Raise WordsError for a template that cannot be filled or would ask of all classes alike."""
    if not _is_name(template.name):
        raise WordsError(
            '"{name}" cannot be the name of a prompt template; use letters, digits and "_".',
            name=template.name,
        )
    used = PLACEHOLDER.findall(f"{template.system} {template.user}")
    if unknown := [name for name in used if name not in PLACEHOLDERS]:
        raise _nothing_fills(template.name, f"{{{unknown[0]}}}")
    if "label" not in PLACEHOLDER.findall(template.user):
        raise WordsError(
            "The user part of the prompt does not say which class is meant; put {placeholder} into it.",
            placeholder="{label}",
        )


def _own_path(name: str) -> Path:
    return own_folder() / f"{name}.json"


def _is_name(name: str) -> bool:
    return re.fullmatch(r"\w+", name) is not None


def _read(path: Path, name: str) -> PromptTemplate:
    try:
        content = json.loads(read_file(path).decode("utf-8"))
        parts = [content[key] for key in ("domain", "system", "user")]
        if not all(isinstance(part, str) for part in parts):
            raise TypeError("domain, system and user must be texts")
    except OSError as error:
        raise WordsError("{path} cannot be read: {reason}.", path=path, reason=reason(error)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise WordsError(
            "The prompt template {path} is malformed ({error}); expected {expected}. "
            "Reset it to its default.",
            path=path,
            error=error,
            expected='{"domain": "...", "system": "...", "user": "..."}',
        ) from error
    return PromptTemplate(name, *parts)


def _nothing_fills(name: str, placeholder: str) -> WordsError:
    return WordsError(
        'The prompt template "{name}" holds {placeholder}, which nothing fills; '
        "the placeholders are {known}.",
        name=name,
        placeholder=placeholder,
        known=", ".join(f"{{{known}}}" for known in PLACEHOLDERS),
    )


def fill(
    template: PromptTemplate,
    *,
    label: str,
    other_labels: Sequence[str] = (),
    sensor: str = "",
    range_nm: tuple[float, float] | None = None,
    spectral_facts: str = "",
    materials: str = "",
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
    materials : str
        Materials of the library that it may be, with their spectra.
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
        "materials": materials or "none",
        "language": language,
    }

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise _nothing_fills(template.name, match[0])
        return values[match[1]]

    parts = (("system", template.system), ("user", template.user))
    return [{"role": role, "content": PLACEHOLDER.sub(value, part).strip()} for role, part in parts]
