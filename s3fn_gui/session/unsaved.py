"""What was saved last, and what has changed since: named before it is given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from s3fn_core.cubes.treating.treatment import Treatment
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.object_names import UNNAMED
from s3fn_core.languages import tr
from s3fn_core.model.config import TrainSettings
from s3fn_core.project.trainings import TrainingRecord
from s3fn_core.quoting import named
from s3fn_gui.session.basis import TREATMENTS, Part
from s3fn_gui.session.cube import OpenCube, snapshot
from s3fn_gui.session.trainings import Trainings

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.checkpoint import S3FNModel

TREATED: Mapping[Part, str] = {
    "metadata": tr("Metadata"),
    "calibration": tr("Calibration"),
    "mask": tr("Mask"),
}
ON_A_CUBE = (
    (tr("Test regions"), "test", None),
    (tr("Names of objects"), "names", UNNAMED),
    (tr("Validation points"), "validation", None),
    (tr("Kept spectra"), "kept", ()),
)
"""How it is called, its attribute, and what that is where there is none."""
OTHER = tr("Settings of the view or of the panels")


class Keeping(Protocol):
    """The session, as far as it matters here."""

    classes: ClassSet
    model: S3FNModel | None
    train_settings: TrainSettings
    trainings: Trainings

    @property
    def open_cubes(self) -> Sequence[OpenCube]:
        """The cubes that are open."""


@dataclass(frozen=True, eq=False)
class Kept:
    """All that a project keeps, at one moment; nobody writes into it."""

    cubes: Mapping[str, OpenCube]
    classes: ClassSet
    model: S3FNModel | None
    settings: TrainSettings
    trainings: Mapping[str, TrainingRecord]

    @classmethod
    def of(cls, session: Keeping) -> Kept:
        cubes = {item.key: snapshot(item) for item in session.open_cubes}
        return cls(cubes, session.classes, session.model, session.train_settings, _records(session))

    def changes(self, session: Keeping) -> tuple[str, ...]:
        """What is different now, one line each; what matters most comes first."""
        now = {item.key: item for item in session.open_cubes}
        pairs = [(self.cubes.get(key), item) for key, item in now.items()]
        found = [*_labels(self.cubes, now), *_words(self.classes, session.classes), *self._models(session)]
        for part, of in TREATMENTS:
            differing = [b for a, b in pairs if _differ(of(_treatment(a)), of(b.treatment))]
            found += _of(TREATED[part], differing)
        for what, name, none in ON_A_CUBE:
            found += _of(what, [b for a, b in pairs if getattr(a, name, none) is not getattr(b, name)])
        found += _of(tr("Cubes opened"), [item for key, item in now.items() if key not in self.cubes])
        found += _of(tr("Cubes closed"), [item for key, item in self.cubes.items() if key not in now])
        if self.settings != session.train_settings:
            found.append(tr("Settings of the training"))
        return tuple(found) or (OTHER,)

    def _models(self, session: Keeping) -> list[str]:
        """The model in use, unless the list has it; then what is new in the list."""
        old, new = self.trainings, _records(session)
        own = session.trainings.of_model(session.model)
        in_list = own is not None and own.id not in old
        found = [] if in_list else _model(self.model, session.model)
        added = [record.name for i, record in new.items() if i not in old]
        deleted = [record.name for i, record in old.items() if i not in new]
        both = [(old[i], record) for i, record in new.items() if i in old]
        renamed = [f"{a.name} → {b.name}" for a, b in both if a.name != b.name]
        noted = [b.name for a, b in both if a.note != b.note]
        return [
            *found,
            *_line(tr("Models added"), added),
            *_line(tr("Models deleted"), deleted),
            *_line(tr("Models renamed"), renamed),
            *_line(tr("Notes on models"), noted),
        ]


NOTHING = Kept({}, ClassSet(), None, TrainSettings(), {})
"""Before the first save."""


def _treatment(item: OpenCube | None) -> Treatment:
    """A cube that is new had none."""
    return Treatment() if item is None else item.treatment


def _records(session: Keeping) -> dict[str, TrainingRecord]:
    return {one.id: one.record for one in session.trainings.items}


def _of(what: str, items: Sequence[OpenCube]) -> list[str]:
    return _line(what, [item.cube.name for item in items])


def _line(what: str, names: Sequence[str]) -> list[str]:
    return [f"{what}: {named(names)}"] if names else []


def _differ(before: object, now: object) -> bool:
    return before is not now and before != now


def _labels(before: Mapping[str, OpenCube], now: Mapping[str, OpenCube]) -> list[str]:
    """Pixels whose label is new, gone or another, in each cube; closed ones have lost theirs."""
    changed = []
    for key in (*now, *(key for key in before if key not in now)):
        item = now.get(key) or before[key]
        then = before[key].labels.ids if key in before and key in now else np.zeros_like(item.labels.ids)
        if pixels := int(np.count_nonzero(then != item.labels.ids)):
            changed.append(tr("{pixels:,} px in {name}", pixels=pixels, name=item.cube.name))
    return _line(tr("Labels"), changed)


def _words(before: ClassSet, now: ClassSet) -> list[str]:
    old, new = {c.id: c for c in before}, {c.id: c for c in now}
    both = [i for i in new if i in old]
    renamed = [f"{old[i].name} → {new[i].name}" for i in both if new[i].name != old[i].name]
    described = [c.name for i, c in new.items() if c.text != (old[i].text if i in old else "")]
    found = [
        *_line(tr("Classes added"), [new[i].name for i in new if i not in old]),
        *_line(tr("Classes deleted"), [old[i].name for i in old if i not in new]),
        *_line(tr("Classes renamed"), renamed),
        *_line(tr("Descriptions"), described),
    ]
    shown = [new[i].color != old[i].color for i in both]
    if any(shown) or [i for i in old if i in new] != both:
        found.append(tr("Colours or order of the classes"))
    return found


def _model(before: S3FNModel | None, now: S3FNModel | None) -> list[str]:
    if now is before:
        return []
    return [tr("Model: the trained model") if now is not None else tr("Model: removed")]
