"""Measuring baselines on the labels of a training."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.languages import plural, tr
from s3fn_core.model.config import SplitChoice
from s3fn_core.model.kept_texts import told
from s3fn_gui.model.history import jobs
from s3fn_gui.model.history.records import record_of_baseline
from s3fn_gui.model.history.state import HistoryState
from s3fn_gui.model.running import run
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube, snapshot
from s3fn_gui.session.session import Session
from s3fn_gui.session.trainings import Training

if TYPE_CHECKING:  # importing it would import torch
    from s3fn_core.model.baselines.measuring import Baselines

KIND = "baselines"


class BaselinesFlow(Flow):
    """Baselines learn what the training has learned, whatever was painted since."""

    def __init__(self, context: Context, state: HistoryState) -> None:
        super().__init__(context)
        self._state = state
        context.session.cleared.connect(self.stop)

    def start(self) -> None:
        """Measure all baselines beside the training that is chosen, itself or by one of its baselines."""
        training, session = training_of(self._session, self._state), self._session
        if training is None:
            return
        items = labels_of(session, training)
        if isinstance(items, str):
            session.report("warning", items)
            return
        split = cast(SplitChoice, training.record.split or "auto")
        self._state.begin()
        run(
            self._context,
            self._state,
            KIND,
            tr("Measuring baselines of {name}", name=training.record.name),
            lambda: jobs.measure(training, items, split),
            lambda found: self._measured(training, found),
            doing=tr("Measuring baselines"),
            cancelled=tr("Measuring baselines cancelled; the list is unchanged."),
        )

    def stop(self) -> None:
        """Cancel it."""
        self._runner.cancel(KIND)

    def _measured(self, training: Training, found: Baselines) -> None:
        self._state.end()
        session, trainings = self._session, self._session.trainings
        if training.id not in trainings:
            return
        from s3fn_core.model.baselines.classifiers import KINDS

        now, record = datetime.now().astimezone().isoformat(timespec="seconds"), trainings[training.id].record
        baselines = []
        for baseline in found.baselines:
            kind = KINDS[baseline.kind].short
            row = record_of_baseline(baseline, kind, f"{kind} · {record.name}", record, now)
            baselines.append(Training(row, baseline, training.basis))
        trainings.put_baselines(training.id, baselines)
        best = max(found.baselines, key=lambda baseline: baseline.metrics["held_out"]["oa"])
        measured = plural(
            "Measured {count} baseline for {name}.",
            "Measured {count} baselines for {name}.",
            len(found.baselines),
            name=record.name,
        )
        winner = tr(
            "The best is {baseline}: {percent:.1f} % of held-out pixels correct.",
            baseline=told(best.title),
            percent=100 * best.metrics["held_out"]["oa"],
        )
        session.report("success", " ".join((measured, winner, *found.notes)))


def training_of(session: Session, state: HistoryState) -> Training | None:
    """The training that is chosen, itself or by one of its baselines; else the current one."""
    one = state.one
    if one is None or not one.is_baseline:
        return one
    return session.trainings.get(one.record.beside)


def labels_of(session: Session, training: Training) -> list[OpenCube] | str:
    """Snapshots of the cubes with the labels that a training learned; or why there are none.

    Where nobody knows them any more, the labels of now.
    """
    basis = training.basis
    if basis is None:
        items = [snapshot(item) for item in session.cubes.items if item.counts[1:].any()]
        return items or tr("There are no labels to measure baselines on: open the labelled cubes first.")
    open_now = {item.key: item for item in session.cubes.items}
    name = training.record.name
    if basis.labels.keys() - open_now.keys():
        return tr(
            "A cube that {name} was trained on is closed: open it again, then measure the baselines.",
            name=name,
        )
    items = []
    for key, ids in basis.labels.items():
        item = snapshot(open_now[key])
        if item.treatment != basis.treatments[key]:
            return tr(
                "{cube} was calibrated or masked differently after {training} was trained: "
                "train again first.",
                cube=item.cube.name,
                training=name,
            )
        item.set_labels(LabelMap(ids.copy()))
        items.append(item)
    return items
