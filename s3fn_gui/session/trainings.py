"""The trainings of this project and their baselines: what can be compared, and shown again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from s3fn_core.project.trainings import MOST, TrainingRecord
from s3fn_gui.session.basis import Basis

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.baselines.baseline import Baseline
    from s3fn_core.model.checkpoint import S3FNModel


@dataclass(frozen=True, eq=False)
class Training:
    """A training, or a baseline.

    `model` is None until it is read from one of its `files`: where it is stored, by folder, filled in by
    whoever stores it.  `basis` is what it was made from; None where nobody knows any more.
    """

    record: TrainingRecord
    model: S3FNModel | Baseline | None = None
    basis: Basis | None = None
    files: dict[Path, Path] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def is_baseline(self) -> bool:
        return bool(self.record.baseline)

    @property
    def file(self) -> Path | None:
        """Where it can be read from."""
        return next((path for path in self.files.values() if path.is_file()), None)


class Trainings(QObject):
    """In the order in which they ended, each with its baselines behind it.

    `touched` says that a project has something new to save, `dropped` which training had to go.
    """

    changed = Signal()
    touched = Signal()
    dropped = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items: tuple[Training, ...] = ()

    def __getitem__(self, training_id: str) -> Training:
        return next(one for one in self.items if one.id == training_id)

    def __contains__(self, training_id: object) -> bool:
        return any(one.id == training_id for one in self.items)

    def get(self, training_id: str) -> Training | None:
        """The training of an id; None where it is gone."""
        return next((one for one in self.items if one.id == training_id), None)

    @property
    def own(self) -> tuple[Training, ...]:
        """Without the baselines."""
        return tuple(one for one in self.items if not one.is_baseline)

    @property
    def next_to_go(self) -> Training | None:
        """The one that the next training takes the place of; None while there is room."""
        return self.own[0] if len(self.own) >= MOST else None

    def baselines_of(self, training_id: str) -> tuple[Training, ...]:
        """What was measured beside a training."""
        return tuple(one for one in self.items if one.record.beside == training_id)

    def of_model(self, model: object) -> Training | None:
        """The training whose model this is."""
        return next((one for one in self.items if model is not None and one.model is model), None)

    def of_metrics(self, metrics: object) -> Training | None:
        """The training whose own figures these are; a map holds those of who made it."""
        return next((one for one in self.items if one.model and one.model.metrics is metrics), None)

    def free_name(self, name: str) -> str:
        """`name`, with a number where it is taken."""
        taken = {one.record.name for one in self.items}
        numbered = (f"{name} {n}" for n in range(2, len(taken) + 2))
        return name if name not in taken else next(one for one in numbered if one not in taken)

    def add(self, training: Training) -> None:
        """A training has ended; where there are too many the oldest goes."""
        gone = self.next_to_go
        if gone is not None:
            self._keep(lambda one: gone.id not in (one.id, one.record.beside))
        self.items = (*self.items, training)
        self.changed.emit()  # whoever made it the current model has said what there is to save
        if gone is not None:
            self.dropped.emit(gone)

    def put_baselines(self, training_id: str, baselines: Sequence[Training]) -> None:
        """Baselines were measured beside a training; they replace those of their kind."""
        kinds = {one.record.baseline for one in baselines}
        self._keep(lambda one: one.record.beside != training_id or one.record.baseline not in kinds)
        behind = [n for n, one in enumerate(self.items, 1) if training_id in (one.id, one.record.beside)]
        if behind:
            self.items = (*self.items[: behind[-1]], *baselines, *self.items[behind[-1] :])
            self._tell()

    def remove(self, training_id: str) -> None:
        """Forget a training and its baselines, or a baseline."""
        self._keep(lambda one: training_id not in (one.id, one.record.beside))
        self._tell()

    def rewrite(self, training_id: str, *, name: str | None = None, note: str | None = None) -> None:
        """Give a training another name or note."""
        record = self[training_id].record
        new = replace(
            record, name=record.name if name is None else name, note=record.note if note is None else note
        )
        if new != record:
            self._put(replace(self[training_id], record=new))
            self._tell()

    def attach(self, training_id: str, model: S3FNModel | Baseline) -> Training:
        """Its model was read."""
        self._put(replace(self[training_id], model=model))
        self.changed.emit()
        return self[training_id]

    def revise(self, before: S3FNModel, after: S3FNModel) -> None:
        """What a training's model does was changed, not what it has learned: it stays that training."""
        if (training := self.of_model(before)) is not None:
            self._put(replace(training, model=after, files={}))  # to be stored again
            self._tell()

    def restore(self, items: Sequence[Training]) -> None:
        """Another project is open."""
        self.items = tuple(items)
        self.changed.emit()

    def _keep(self, wanted: Callable[[Training], bool]) -> None:
        self.items = tuple(one for one in self.items if wanted(one))

    def _put(self, training: Training) -> None:
        self.items = tuple(training if one.id == training.id else one for one in self.items)

    def _tell(self) -> None:
        self.changed.emit()
        self.touched.emit()
