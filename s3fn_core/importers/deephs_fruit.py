"""DeepHS-Fruit: fruit on two sides and several days, described by annotation files.

Varga, Makowski & Zell (2021) "Measuring the Ripeness of Fruit with Hyperspectral Imaging and Deep
Learning", IJCNN; the second version of 2023 has more fruit and a third camera.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from s3fn_core.envi.files import has_data_file
from s3fn_core.errors import CubeError
from s3fn_core.importers.deephs_annotations import Record, read_records
from s3fn_core.importers.found import DataSet, FoundCube, Part, Wish, confound
from s3fn_core.importers.holding_out import NOTHING, held_out
from s3fn_core.labels.classes import ClassSet, read_classes
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import listed
from s3fn_core.resources import resource

TITLE = "DeepHS-Fruit"
CAMERAS = {"VIS": "SPECIM_FX10", "NIR": "INNOSPEC_REDEYE", "VIS_COR": "CORNING_HSI"}
"""Folders of the cameras, in older copies and in newer ones."""


@dataclass(frozen=True)
class Scale:
    """A measured figure that becomes a class: above the upper limit, between, below the lower one.

    `limits` are known for some kinds of fruit only.
    """

    key: str
    above: str
    between: str
    below: str
    limits: dict[str, tuple[float, float]]

    def class_of(self, fruit: str, value: object) -> str:
        """Empty where there is no figure, or no limit for the fruit."""
        if fruit.lower() not in self.limits or not isinstance(value, int | float) or value != value:
            return ""
        low, high = self.limits[fruit.lower()]
        return self.above if value > high else self.below if value < low else self.between


SCALES = {
    "firmness": Scale(
        "firmness", "too_hard", "ready", "too_soft", {"avocado": (900.0, 1200.0), "kiwi": (1000.0, 1500.0)}
    ),
    "sugar": Scale("sugar_content", "too_sweet", "ready", "not_sweet", {"kiwi": (15.5, 17.0)}),
}
"""Firmness in g/cm2, sugar in degrees Brix; the limits are those of the publication."""
WORDS = {
    "firmness": ClassSet.of(
        too_hard="Firm fruit that is not ripe yet.",
        ready="Fruit that yields to a gentle press and is ready to eat.",
        too_soft="Soft fruit past its best.",
    ),
    "sugar": ClassSet.of(
        not_sweet="Fruit with little sugar.",
        ready="Fruit with the sugar of ripe fruit.",
        too_sweet="Fruit with more sugar than ripe fruit.",
    ),
}
COARSE = {"ripe": "perfect", "near_overripe": "overripe"}
"""The fine states of ripeness that are not classes of their own."""


def look(folder: Path, wish: Wish) -> DataSet:
    """Cubes, classes and split as the annotation files say.

    Raises
    ------
    CubeError
        When there are no annotation files, or nothing is labelled for the target.
    """
    records, notes = read_records(folder)
    fruits, cameras = (tuple(sorted(set(values))) for values in _kinds(records))
    known = [(record, class_of(record, wish.target)) for record in records]
    wanted = [(r, c) for r, c in known if not wish.fruit or r.fruit.lower() == wish.fruit.lower()]
    labelled = [(r, c) for r, c in wanted if c]
    camera = _camera(wish.camera, [record for record, _ in labelled])
    chosen = [(r, c) for r, c in labelled if r.camera == camera]
    if not chosen:
        raise CubeError(
            "{folder}: no cube is labelled for {wish}. "
            "There are: fruit {fruits}; cameras {cameras}. Choose another target, fruit or camera.",
            folder=folder,
            wish=", ".join(filter(None, (wish.target, wish.fruit, camera))),
            fruits=", ".join(fruits),
            cameras=", ".join(cameras),
        )
    notes = [*notes, *_left_out(wanted, chosen, camera, wish)]
    tested, split, leak = _split(chosen, wish)
    told = Counter(individual for individual, _ in {(r.individual, c) for r, c in chosen})
    cubes, missing = list[FoundCube](), list[Path]()
    for record, name in chosen:
        path = _header(record)
        if path is None or not has_data_file(path):
            missing.append(record.places[0] if path is None else path.with_suffix(".bin"))
            continue
        part: Part = "test" if record in tested else "train"
        own = (
            record.day if told[record.individual] > 1 else "",
            record.side if wish.split != "fruit" else "",
        )
        shows = " ".join((record.individual, *filter(None, own)))
        cubes.append(FoundCube(path, name, part, shows, record.wavelengths))
    notes += [*leak, *confound([r.day for r, _ in chosen], [c for _, c in chosen])]
    classes = read_classes(resource("classes", "fruit.json")) if wish.target == "ripeness" else None
    return DataSet(
        "deephs-fruit",
        TITLE,
        folder,
        tuple(cubes),
        classes or WORDS[wish.target],
        split,
        tuple(notes),
        tuple(missing),
        reflectance=True,
        fruits=fruits,
        cameras=cameras,
    )


def _camera(asked: str, labelled: Sequence[Record]) -> str:
    """The camera that was asked for, by either of its names, or the one with most labelled cubes."""
    if asked:
        return next((old for old, new in CAMERAS.items() if asked.upper() in (old, new)), asked)
    return max(
        Counter(record.camera for record in labelled).items(), key=lambda pair: pair[1], default=("", 0)
    )[0]


def class_of(record: Record, target: str) -> str:
    """The class of a record; empty where it was not measured."""
    if target in SCALES:
        scale = SCALES[target]
        return scale.class_of(record.fruit, record.measured.get(scale.key))
    state = str(record.measured.get("ripeness_state") or record.measured.get("ripeness_state_fine") or "")
    state = COARSE.get(state.lower(), state.lower())
    return state if state in ("unripe", "perfect", "overripe") else ""


def _kinds(records: Sequence[Record]) -> tuple[list[str], list[str]]:
    return [record.fruit for record in records], [record.camera for record in records]


def _left_out(
    wanted: Sequence[tuple[Record, str]], chosen: Sequence[tuple[Record, str]], camera: str, wish: Wish
) -> Iterator[str]:
    """What is not imported, and why."""
    unlabelled = [record for record, name in wanted if not name]
    if unlabelled:
        yield plural(
            "{count} cube has no {target} class and is left out.",
            "{count} cubes have no {target} class and are left out.",
            len(unlabelled),
            target=wish.target,
        )
    if wish.target in SCALES:
        limits = SCALES[wish.target].limits
        without = sorted({r.fruit for r in unlabelled if r.fruit.lower() not in limits})
        if without:
            yield tr(
                "No limits of {target} are published for {fruits}.",
                target=wish.target,
                fruits=listed(without),
            )
    others = Counter(record.camera for record, name in wanted if name and record.camera != camera)
    if others:
        yield tr(
            "Camera {camera}; cubes of others are left out ({others}), "
            "since a training needs cubes of the same bands. Choose the camera to import others.",
            camera=camera,
            others=", ".join(f"{name}: {count}" for name, count in sorted(others.items())),
        )


def _split(chosen: Sequence[tuple[Record, str]], wish: Wish) -> tuple[set[Record], str, list[str]]:
    """The records that are tested, how they were chosen, and what leaks."""
    official = {record for record, _ in chosen if record.part == "test"}
    learned = {record.individual for record, _ in chosen if record not in official}
    leaking = [record for record in official if record.individual in learned]
    if wish.split == "official" and official:
        leak = plural(
            "The official split leaks: {count} of {official} test cubes shows a fruit whose other side "
            "is trained on. The fruit-disjoint split tests without that.",
            "The official split leaks: {count} of {official} test cubes show a fruit whose other side is "
            "trained on. The fruit-disjoint split tests without that.",
            len(leaking),
            official=len(official),
        )
        told = tr("the official test cubes; the official validation cubes are trained on")
        return official, told, [leak] if leaking else []
    if official:
        fruit = {record.individual for record in official}
        told = tr("fruit-disjoint: all sides of every fruit in the official test are tested")
        return {record for record, _ in chosen if record.individual in fruit}, told, []
    fruit_of = {record.individual: f"{record.fruit} {name}" for record, name in chosen}
    fruit = set(held_out(fruit_of))
    told = tr("fruit-disjoint: a quarter of the fruit of every class, drawn at random") if fruit else NOTHING
    missing = [] if wish.split == "fruit" else [tr("There is no official test; fruit were drawn for it.")]
    return {record for record, _ in chosen if record.individual in fruit}, told, missing


def _header(record: Record) -> Path | None:
    """Where the header lies, whatever the folder of the camera is called; None where it is missing."""
    for place in record.places:
        if place.is_file():
            return place
        for old, new in CAMERAS.items():
            for now, then in ((old, new), (new, old)):
                parts = tuple(then if part == now else part for part in place.parts)
                if parts != place.parts and Path(*parts).is_file():
                    return Path(*parts)
    return None
