"""What the importers find: cubes with their class, what they show, and whether they are tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.quoting import per_cent

Part = Literal["train", "test"]
Target = Literal["ripeness", "firmness", "sugar"]
SplitKind = Literal["official", "fruit"]
TARGETS: tuple[Target, ...] = ("ripeness", "firmness", "sugar")
TELLING = 0.8
"""Share of cubes whose class something else tells, from which on it is said."""


@dataclass(frozen=True)
class Wish:
    """What is wanted of a data set; only DeepHS-Fruit offers a choice.

    Attributes
    ----------
    target : {"ripeness", "firmness", "sugar"}
    split : {"official", "fruit"}
        As published, or so that no fruit is on both sides.
    fruit : str
        Kind of fruit; all where it is empty.
    camera : str
        The one with most labelled cubes where it is empty.
    """

    target: Target = "ripeness"
    split: SplitKind = "official"
    fruit: str = ""
    camera: str = ""


@dataclass(frozen=True)
class FoundCube:
    """A cube of a data set, by its file.

    Attributes
    ----------
    path : Path
    class_name : str
        Of everything that it shows.
    part : {"train", "test"}
    shows : str
        Name of the object that it shows; cubes of the same one share it.  Empty where it shows several.
    wavelengths : tuple of float or None
        Band centres in nm where the file does not state them.
    white : Path or None
        White reference of its counts.
    """

    path: Path
    class_name: str
    part: Part
    shows: str = ""
    wavelengths: tuple[float, ...] | None = None
    white: Path | None = None


@dataclass(frozen=True)
class ClassCount:
    """Cubes of a class in both parts, and how many objects they show (0 where nobody knows yet)."""

    name: str
    train: int
    test: int
    objects: int


@dataclass(frozen=True)
class DataSet:
    """What a folder holds of a data set.

    Attributes
    ----------
    kind, title : str
        Name on the command line, and for people.
    folder : Path
    cubes : tuple of FoundCube
    classes : ClassSet
    split : str
        One sentence: what is tested.
    notes : tuple of str
        Leaks, confounds, what was left out and what was assumed.
    missing : tuple of Path
        Files that the data set names and that are not there.
    reflectance : bool or None
        Whether the values are that; None leaves it to what they look like.
    fruits, cameras : tuple of str
        What there is to choose from.
    """

    kind: str
    title: str
    folder: Path
    cubes: tuple[FoundCube, ...]
    classes: ClassSet
    split: str
    notes: tuple[str, ...] = ()
    missing: tuple[Path, ...] = ()
    reflectance: bool | None = None
    fruits: tuple[str, ...] = ()
    cameras: tuple[str, ...] = field(default=())

    @property
    def counts(self) -> tuple[ClassCount, ...]:
        """Cubes and objects of each class."""
        found = []
        for name in self.classes.names:
            own = [cube for cube in self.cubes if cube.class_name == name]
            test = sum(cube.part == "test" for cube in own)
            objects = len({cube.shows for cube in own if cube.shows})
            found.append(ClassCount(name, len(own) - test, test, objects))
        return tuple(found)


def confound(days: Sequence[str], classes: Sequence[str]) -> tuple[str, ...]:
    """A note where the day, which is no property of the objects, tells their class.

    Parameters
    ----------
    days, classes : sequences of str
        Of every cube.
    """
    pairs = Counter(zip(days, classes, strict=True))
    values = sorted(set(days))
    if len(values) < 2 or len(set(classes)) < 2:
        return ()
    guessed = sum(max(count for (value, _), count in pairs.items() if value == one) for one in values)
    share = guessed / len(days)
    if share < TELLING:
        return ()
    return (
        tr(
            "The day alone tells the class of {share} of the cubes. What changed with the day "
            "(lamps, white reference) can stand for the class: expect less on other recordings.",
            share=per_cent(share, 0),
        ),
    )
