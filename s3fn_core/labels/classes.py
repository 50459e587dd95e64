"""The ordered classes: id, name, colour and descriptions with their provenance."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any, Literal, get_args

from s3fn_core.checked import checked
from s3fn_core.errors import LabelError
from s3fn_core.files import json_text, read_file, reason, whole_file
from s3fn_core.labels.material_colours import PALETTE, colour_of
from s3fn_core.labels.records import list_of, object_of, text_of
from s3fn_core.languages import tr

Source = Literal["user", "llm", "measured", "library"]

UNLABELLED = 0
MAX_CLASSES = 255
LONGEST_NAME = 200
"""Letters; longer ones would be in nobody's way but in that of every table and legend."""
LONGEST_TEXT = 300_000
"""Letters of a description: a hundred pages."""


@checked(LabelError)
@dataclass(frozen=True)
class Description:
    """One paragraph about a class, and who wrote it.

    Attributes
    ----------
    model : str or None
        For the source "llm": "NAME at HOST", what wrote it and where that runs; for "library":
        "MATERIAL in COLLECTION (LICENCE)".
    created : str or None
        ISO 8601; None where nobody knows, as in files written by hand.
    locked : bool
        Whether it stays when a new description takes the place of the others.
    """

    text: str
    source: Source = "user"
    model: str | None = None
    prompt: str | None = None
    created: str | None = None
    locked: bool = False

    @classmethod
    def now(
        cls, text: str, source: Source = "user", *, model: str | None = None, prompt: str | None = None
    ) -> Description:
        """A description stamped with the current time (ISO 8601, UTC)."""
        return cls(text, source, model, prompt, datetime.now(UTC).isoformat("T", "seconds"))

    def to_json(self) -> dict[str, str | bool]:
        record: dict[str, str | bool] = {"text": self.text, "source": self.source}
        extras = {"model": self.model, "prompt": self.prompt, "created": self.created}
        record |= {key: value for key, value in extras.items() if value is not None}
        return record | ({"locked": True} if self.locked else {})

    @classmethod
    def from_json(cls, record: str | dict[str, Any]) -> Description:
        if isinstance(record, str):
            return cls(text_of(record, tr("a description")))
        record = object_of(record, tr("a description"), "text")
        source = record.get("source", "user")
        if source not in get_args(Source):
            raise ValueError(tr('source "{source}" is not user, llm, measured or library', source=source))
        model, prompt, created = (
            None
            if record.get(name) is None
            else text_of(record[name], tr('"{name}" of a description', name=name))
            for name in ("model", "prompt", "created")
        )
        text = text_of(record["text"], tr('"{name}" of a description', name="text"))
        return cls(text, source, model, prompt, created, record.get("locked") is True)


@checked(LabelError)
@dataclass(frozen=True)
class LabelClass:
    """One class: what a label id means."""

    id: int
    name: str
    color: str
    descriptions: tuple[Description, ...] = ()

    @property
    def text(self) -> str:
        """All paragraphs, as they stand in the editor."""
        return "\n\n".join(d.text for d in self.descriptions)

    @property
    def is_settled(self) -> bool:
        """Whether it has descriptions and all are locked, so that none is to be generated."""
        return bool(self.descriptions) and all(d.locked for d in self.descriptions)

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Colour as three bytes."""
        r, g, b = bytes.fromhex(self.color[1:])
        return r, g, b


@checked(LabelError)
@dataclass(frozen=True)
class ClassSet:
    """The one ordered tuple of classes.  Immutable: an edit gives a new set (undo is the old one).

    Ids run from 1 to 255, need not be contiguous, and never change their meaning.
    """

    classes: tuple[LabelClass, ...] = ()

    def __post_init__(self) -> None:
        if len(self.classes) > MAX_CLASSES:
            raise LabelError(_too_many(len(self.classes)))
        for c in self.classes:
            if not 1 <= c.id <= MAX_CLASSES:
                raise LabelError(
                    'Class "{name}" has id {id}; use 1 to {highest}.',
                    name=c.name,
                    id=c.id,
                    highest=MAX_CLASSES,
                )
            if not c.name.strip():
                raise LabelError("Class {id} has no name; give it one.", id=c.id)
            if len(c.name) > LONGEST_NAME:
                raise LabelError(
                    'Class {id} has a name of {letters:,} letters ("{start}..."); names have at most {most}. '
                    "Shorten it.",
                    id=c.id,
                    letters=len(c.name),
                    start=c.name[:30],
                    most=LONGEST_NAME,
                )
            if (length := sum(len(d.text) for d in c.descriptions)) > LONGEST_TEXT:
                raise LabelError(
                    'The description of "{name}" has {length:,} letters; descriptions have at most '
                    "{most:,}. Shorten it.",
                    name=c.name,
                    length=length,
                    most=LONGEST_TEXT,
                )
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", c.color):
                raise LabelError(
                    'Class "{name}": colour "{color}" is not like #b5651d.', name=c.name, color=c.color
                )
        columns: tuple[tuple[str, tuple[object, ...]], ...] = (("id", self.ids), ("name", self.names))
        for kind, values in columns:
            twice, count = Counter(values).most_common(1)[0] if values else (None, 0)
            if count > 1:
                raise LabelError(
                    "Two classes share the {kind} {twice!r}; make it unique.", kind=kind, twice=twice
                )

    @classmethod
    def of(cls, *names: str | Mapping[str, str], **descriptions: str) -> ClassSet:
        """Classes with the ids 1, 2, 3 ... in the order given, and the colours of the palette.

        Parameters
        ----------
        *names : str, or mapping of str to str
            Names of classes without a description; or names with their descriptions, for names that
            are not Python identifiers.
        **descriptions : str
            Names with their descriptions.

        Examples
        --------
        >>> classes = ClassSet.of("shadow", {"bare soil": "Bare dry soil."}, tree="Trees.")
        >>> [(c.id, c.name, c.text) for c in classes]
        [(1, 'shadow', ''), (2, 'bare soil', 'Bare dry soil.'), (3, 'tree', 'Trees.')]
        """
        made = cls()
        for given in (*names, descriptions):
            texts = {given: ""} if isinstance(given, str) else given
            if not isinstance(texts, Mapping):
                raise LabelError(
                    "ClassSet.of: {texts!r} is not a class name; give names, or texts by name.", texts=texts
                )
            for name, text in texts.items():
                made = made.added(name).described(name, text)
        return made

    def described(self, name: str, text: str) -> ClassSet:
        """The class called `name` with `text` as its only description; with none where that is empty."""
        if name not in self.names:
            raise LabelError(
                'There is no class "{name}"; the classes are {names}.', name=name, names=", ".join(self.names)
            )
        found = self.ids[self.names.index(name)]
        return self.changed(found, descriptions=(Description(text),) if text.strip() else ())

    def __iter__(self) -> Iterator[LabelClass]:
        return iter(self.classes)

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(c.id for c in self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.classes)

    def __getitem__(self, class_id: int) -> LabelClass:
        for c in self.classes:
            if c.id == class_id:
                return c
        raise KeyError(class_id)

    def __contains__(self, class_id: object) -> bool:
        return class_id in self.ids

    def added(
        self,
        name: str,
        color: str | None = None,
        *,
        taken: Callable[[int], bool] = lambda class_id: False,
        material: str = "",
    ) -> ClassSet:
        """A new class at the end, with the lowest free id.

        Without `color` it gets that of the material it is called after, or else of `material`, or
        else the next one of the palette; none that another class has while there are others.
        `taken` says of ids without a class whether there are labels that have them all the same.
        """
        ids = (i for i in range(1, MAX_CLASSES + 1) if i not in self.ids)
        free = next((i for i in ids if not taken(i)), None)
        if free is None:
            raise LabelError("There are {count} classes already; merge some first.", count=MAX_CLASSES)
        color = color or self.free_color(name, material) or PALETTE[free % len(PALETTE)]
        return ClassSet((*self.classes, LabelClass(free, name, color)))

    def free_color(self, *names: str) -> str | None:
        """A colour for a class of these names that no class has yet; None where all are taken."""
        used = {c.color.lower() for c in self.classes}
        wanted = colour_of(*names)
        return next((c for c in (*([wanted] if wanted else []), *PALETTE) if c not in used), None)

    def changed(self, class_id: int, **changes: Any) -> ClassSet:
        """One class with `name`, `color` or `descriptions` replaced."""
        old = self[class_id]
        return ClassSet(tuple(replace(c, **changes) if c is old else c for c in self.classes))

    def colored(self, class_id: int, *names: str) -> ClassSet:
        """One class in the colour of the material that `names` say.

        It keeps a colour that is not of the palette, which somebody has chosen, and takes none that
        another class has.
        """
        wanted, own = colour_of(*names), self[class_id].color.lower()
        used = {c.color.lower() for c in self.classes}
        if wanted is None or wanted in used or own not in PALETTE:
            return self
        return self.changed(class_id, color=wanted)

    def removed(self, class_id: int) -> ClassSet:
        """All classes but one."""
        return ClassSet(tuple(c for c in self.classes if c.id != class_id))

    def moved(self, class_id: int, place: int) -> ClassSet:
        """One class at another place of the order (clipped to it)."""
        others = self.removed(class_id).classes
        place = min(max(place, 0), len(others))
        return ClassSet((*others[:place], self[class_id], *others[place:]))

    def merged(self, class_id: int, others: Iterable[int]) -> ClassSet:
        """Without `others`, whose labels are to become `class_id`.

        That one keeps its name and colour; without a description it takes over the first there is.
        """
        gone = [self[i] for i in others if i != class_id]
        described = (c.descriptions for c in (self[class_id], *gone) if c.descriptions)
        kept = self.changed(class_id, descriptions=next(described, ()))
        return ClassSet(tuple(c for c in kept if c.id not in {g.id for g in gone}))

    def split(
        self, class_id: int, *, taken: Callable[[int], bool] = lambda class_id: False
    ) -> tuple[ClassSet, int]:
        """With a part of a class behind it ("soil 2" after "soil"), and the part's id.

        It begins with the description of the whole; `taken` is that of :meth:`added`.
        """
        old = self[class_id]
        name = next(n for k in range(2, 999) if (n := f"{old.name} {k}") not in self.names)
        grown = self.added(name, taken=taken)
        part = grown.classes[-1].id
        grown = grown.changed(part, descriptions=old.descriptions)
        return grown.moved(part, self.ids.index(class_id) + 1), part

    def to_json(self) -> dict[str, Any]:
        """The content of a CLASSES.json."""
        records = [
            {
                "id": c.id,
                "name": c.name,
                "color": c.color,
                "descriptions": [d.to_json() for d in c.descriptions],
            }
            for c in self.classes
        ]
        return {"version": 1, "classes": records}

    @classmethod
    def from_json(cls, content: Any, where: str = tr("the class set")) -> ClassSet:
        """Read what :meth:`to_json` wrote; a missing colour is taken from the palette.

        Raises
        ------
        LabelError
            Naming `where` and the entry that is wrong.
        """
        try:
            fields = object_of(content, tr("it"), "classes")
            if fields.get("version", 1) != 1:
                raise LabelError(
                    "it has version {version}; this program reads version 1. Update the program.",
                    version=fields["version"],
                )
            records = list_of(fields["classes"], '"classes"')
            if len(records) > MAX_CLASSES:
                raise LabelError(_too_many(len(records)))
            return cls(tuple(_class(record, place) for place, record in enumerate(records)))
        except (TypeError, ValueError, OverflowError) as error:
            raise LabelError(
                '{where} is not a class set: {error}; expected {{"version": 1, "classes": [{{"id": 1, '
                '"name": "soil", ...}}]}}.',
                where=where,
                error=error,
            ) from error
        except LabelError as error:
            raise LabelError("{where}: {error}", where=where, error=error) from error


def _too_many(number: int) -> str:
    return tr(
        "{number:,} classes are too many; at most {highest} can be told apart.",
        number=number,
        highest=MAX_CLASSES,
    )


def _class(record: Any, place: int) -> LabelClass:
    """One entry of "classes"; `place` counts from 0."""
    what = tr("class {number} of the list", number=place + 1)
    fields = object_of(record, what, "id", "name")
    described = list_of(
        fields.get("descriptions", []), tr('"{name}" of {what}', name="descriptions", what=what)
    )
    number = int(fields["id"])
    if isinstance(fields["id"], bool) or number != float(fields["id"]):
        raise ValueError(
            tr('"id" of {what} is {value}, which is not a whole number', what=what, value=fields["id"])
        )
    return LabelClass(
        number,
        text_of(fields["name"], tr('"{name}" of {what}', name="name", what=what)),
        fields.get("color") or PALETTE[place % len(PALETTE)],
        tuple(map(Description.from_json, described)),
    )


@checked(LabelError)
def read_classes(path: str | PathLike[str]) -> ClassSet:
    """Read a CLASSES.json."""
    path = Path(path)
    try:
        content = json.loads(read_file(path).decode("utf-8-sig"))  # some editors write a mark first
    except OSError as error:
        raise LabelError("{path} cannot be read: {error}.", path=path, error=reason(error)) from error
    except (ValueError, RecursionError) as error:
        raise LabelError("{path} is not JSON: {error}.", path=path, error=error) from error
    return ClassSet.from_json(content, str(path))


@checked(LabelError)
def write_classes(classes: ClassSet, path: str | PathLike[str]) -> None:
    """Write a CLASSES.json."""
    try:
        with whole_file(path) as temporary:
            temporary.write_text(json_text(classes.to_json()), "utf-8")
    except OSError as error:
        raise LabelError("{path} cannot be written: {why}.", path=path, why=error.strerror) from error
