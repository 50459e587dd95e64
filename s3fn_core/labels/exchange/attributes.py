"""Which attribute of drawn regions names their class.

Every program has names of its own for it.  Where several attributes could be meant, the user is
asked: regions of several classes are never taken for one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from s3fn_core.errors import LabelError
from s3fn_core.labels.exchange.labelfile import Wanted, hex_color
from s3fn_core.labels.exchange.regions import Region
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import named, shortened

Properties = Mapping[str, Any]
_IDS = ("class_id", "classid", "class", "label")
_NAMES = ("class_name", "class", "classname", "label", "category")
_WEAK = "name"
"""Says the class where nothing else could; else it may well be the name of each region."""
_COLORS = ("color", "colour", "fill", "stroke")
_LOOKS = re.compile(r".*colou?r.*|(fill|stroke|marker)(-.*)?|objecttype|islocked")
_WHOLE = re.compile(r"\s*[+-]?\d+(\.0*)?\s*")


class UnclearAttributeError(LabelError):
    """Several attributes may name the class; `attributes` gives each with some of its values."""

    def __init__(self, wanted: Wanted, attributes: Mapping[str, Sequence[str]]) -> None:
        self.attributes = dict(attributes)
        found = "; ".join(f"{name} ({named(values)})" for name, values in self.attributes.items())
        super().__init__(
            tr(
                "{path} does not say which of its attributes names the class: {attributes}. Choose one (on "
                "the command line: --attribute NAME).",
                path=wanted.path,
                attributes=found,
            )
        )


@dataclass(frozen=True)
class Drawn:
    """Regions with common attributes, as a file has them."""

    properties: Properties
    regions: Sequence[Region]


def classed(drawn: Iterable[Drawn], wanted: Wanted) -> tuple[list[Region], list[str]]:
    """The regions with what their attributes say of their class, and what was assumed.

    Raises
    ------
    UnclearAttributeError
        Where several attributes may be meant.
    LabelError
        Where there is none of the name that is wanted.
    """
    parts = [replace(d, properties=_lower(d.properties)) for d in drawn if d.regions]
    ids, names, notes = _chosen(parts, wanted)
    if not ids and not names:
        notes = [tr("The regions name no classes; all were taken as one.")] if parts else []
        return [replace(r, name=wanted.path.stem, color=_color(d)) for d in parts for r in d.regions], notes
    found: list[Region] = []
    without = background = 0
    for part in parts:
        class_id = next((n for key in ids if (n := number(part.properties.get(key))) is not None), None)
        name = next((t for key in names if (t := _text(part.properties.get(key)))), None)
        if class_id is not None:
            name = name or _text(part.properties.get(_WEAK))
        if class_id == 0:
            background += 1
        elif class_id is None and name is None:
            without += 1
        else:
            found += [replace(r, name=name, class_id=class_id, color=_color(part)) for r in part.regions]
    keys = ", ".join(dict.fromkeys((*ids, *names)))
    if without:
        notes.append(
            plural(
                "{count} of {regions} regions has no class ({keys}) and was left out.",
                "{count} of {regions} regions have no class ({keys}) and were left out.",
                without,
                regions=len(parts),
                keys=keys,
            )
        )
    if background:
        notes.append(
            plural(
                "{count} of {regions} regions has the class 0 (unlabelled): left out.",
                "{count} of {regions} regions have the class 0 (unlabelled): left out.",
                background,
                regions=len(parts),
            )
        )
    return _agreeing(found, parts, names, wanted, notes), notes


def _chosen(parts: Sequence[Drawn], wanted: Wanted) -> tuple[list[str], list[str], list[str]]:
    """The attributes that give the number and the name of a class, and a note on the choice."""
    values = _candidates(parts)
    if wanted.attribute is not None:
        key = wanted.attribute.strip().lower()
        if not any(key in part.properties for part in parts):
            there = ", ".join(values) or tr("none")
            raise wanted.error(
                '{path} has no attribute "{attribute}"; there are: {attributes}. Choose another.',
                attribute=wanted.attribute,
                attributes=there,
            )
        return [key], [key], []
    ids = [key for key in _IDS if key in values]
    names = [key for key in _NAMES if key in values]
    if ids or names:
        return ids, names, []
    if len(values) > 1:
        raise UnclearAttributeError(wanted, values)
    notes = [tr('The attribute "{key}" was used as the class.', key=key) for key in values if key != _WEAK]
    return list(values), list(values), notes


def _candidates(parts: Sequence[Drawn]) -> dict[str, list[str]]:
    """Attributes that may name a class, with their different values."""
    values: dict[str, dict[str, None]] = defaultdict(dict)
    none = set()
    for part in parts:
        for key, value in part.properties.items():
            if _LOOKS.fullmatch(key) or value is None or value == "":
                continue
            if number(value) is None and not _text(value):
                none.add(key)  # a measure, or a structure
            values[key][shortened(str(value).strip())] = None
    return {key: list(found) for key, found in values.items() if key not in none}


def _agreeing(
    regions: list[Region], parts: Sequence[Drawn], names: Sequence[str], wanted: Wanted, notes: list[str]
) -> list[Region]:
    """The regions, once no number stands for classes of several names."""
    of: dict[int, set[str]] = defaultdict(set)
    for region in regions:
        if region.class_id is not None and region.name is not None:
            of[region.class_id].add(" ".join(region.name.casefold().split()))
    if max(map(len, of.values()), default=0) < 2:
        return regions
    if any(_text(part.properties.get(key)) for key in names if key != _WEAK for part in parts):
        raise UnclearAttributeError(wanted, _candidates(parts))
    notes.append(tr("Regions of one number have several names; the numbers were taken."))
    return [r if r.class_id is None else replace(r, name=None) for r in regions]


def _lower(properties: Properties) -> dict[str, Any]:
    found = {str(key).strip().lower(): value for key, value in properties.items() if key is not None}
    if isinstance(grouped := found.pop("classification", None), dict):  # as QuPath writes it
        found |= {"class_name": grouped.get("name"), "color": grouped.get("color")}
    elif grouped is not None:
        found["classification"] = grouped
    return found


def _color(part: Drawn) -> str | None:
    return next((c for key in _COLORS if (c := hex_color(part.properties.get(key) or ()))), None)


def number(value: Any) -> int | None:
    """A whole number in any form: 2, 2.0, "2", "2.0"."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        return int(float(value)) if _WHOLE.fullmatch(value) and len(value) < 20 else None
    return int(value) if value == value and abs(value) < 2**53 and value == int(value) else None


def _text(value: Any) -> str | None:
    """A name; what is a number is none."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        float(value)
    except (TypeError, ValueError):
        return value.strip() or None if isinstance(value, str) else None
    return None
