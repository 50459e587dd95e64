"""Measuring baselines on the labels that a training holds out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.baselines.baseline import Baseline
from s3fn_core.model.baselines.classifiers import KINDS, Kind
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, LabelledPixels, labelled_pixels, spectra_by_line
from s3fn_core.model.kept_texts import told, why_unmeasured
from s3fn_core.model.learning.division import OUTER, Division, divide
from s3fn_core.model.learning.splits import thin_out
from s3fn_core.model.preprocess import Bands, apply_bands, match_bands
from s3fn_core.progress import Operation, Progress
from s3fn_core.quoting import listed
from s3fn_core.types import BoolArray, FloatArray

PORTION = 1024
"""Spectra that are asked at once: a support vector machine takes a second for them at most."""


@dataclass(frozen=True)
class Baselines:
    """The baselines that could be measured, and what the user should know."""

    baselines: tuple[Baseline, ...]
    notes: tuple[str, ...] = ()


@checked(ModelError)
def measure_baselines(
    data: Sequence[LabelledCube], classes: ClassSet, config: TrainConfig, kinds: Sequence[str] = tuple(KINDS)
) -> Operation[Baselines]:
    """Learn and measure baselines on the division of the labels that a training of `config` makes.

    Each learns from the very pixels of every fold, at most ``config.per_class`` of a class, as the
    training does, and answers the same held-out pixels.  What is kept has learned what the kept
    model learns.

    Parameters
    ----------
    kinds : sequence of str
        Of :data:`~s3fn_core.model.baselines.classifiers.KINDS`.

    Raises
    ------
    LabelError
        As ``train``.
    ModelError
        When nothing is held out.
    """
    if unknown := set(kinds) - set(KINDS):
        raise ModelError(
            "Unknown baseline {name}; choose from {kinds}.", name=min(unknown), kinds=", ".join(KINDS)
        )
    yield Progress("prepare", 0.0, tr("Reading the labelled pixels"))
    labels = labelled_pixels(data, classes, config)
    division = divide(labels, classes, config)
    if not division.measured.any():
        raise ModelError(
            "Baselines cannot be measured, as nothing is held out: {why}. Train with another "
            "preset, or label every class in several places.",
            why=why_unmeasured(division.sentence),
        )
    table = _Table.of(division, config)
    left_out = [told(KINDS[name].title) for name in kinds if KINDS[name].needs > table.least]
    kinds = [name for name in kinds if KINDS[name].needs <= table.least]
    measured = []
    for number, name in enumerate(kinds):
        start, stop = (0.05 + 0.95 * n / len(kinds) for n in (number, number + 1))
        measured.append((yield from _measure(table, classes, KINDS[name], start, stop)))
    yield Progress("done", 1.0, tr("Done"))
    if not left_out:
        return Baselines(tuple(measured))
    few = tr("Not measured, because some class has a single training label: {names}.", names=listed(left_out))
    return Baselines(tuple(measured), (few,))


@dataclass(frozen=True, eq=False)
class _Table:
    """The spectra (n, good bands) of all pixels of a division, and who learns from which of them.

    `rounds` are pairs of masks (n,): learned from, and asked.
    """

    division: Division
    bands: Bands
    spectra: FloatArray
    rounds: tuple[tuple[BoolArray, BoolArray], ...]
    kept: BoolArray
    seed: int

    @classmethod
    def of(cls, division: Division, config: TrainConfig) -> _Table:
        labels = division.labels
        bands = Bands.of(labels.data[0].cube)

        def thinned(train: BoolArray) -> BoolArray:
            chosen, mask = np.flatnonzero(train), np.zeros(len(train), bool)
            rng = np.random.default_rng(config.seed)
            mask[chosen[thin_out(labels.targets[chosen], config.per_class, rng)]] = True
            return mask

        asked = [one for one in division.rounds if division.part is None or one.fold == OUTER]
        rounds = tuple((thinned(one.train), one.asked) for one in asked)
        spectra = _spectra_of(labels, bands)
        return cls(division, bands, spectra, rounds, thinned(division.kept), config.seed)

    @property
    def least(self) -> int:
        """Labels of the rarest class of any round."""
        targets = self.division.labels.targets
        counts = [np.bincount(targets[train]) for train, _ in (*self.rounds, (self.kept, None))]
        return min(int(count[count > 0].min()) for count in counts)

    def baseline(self, kind: str, classes: ClassSet, learned: BoolArray) -> Baseline:
        targets = self.division.labels.targets[learned]
        return Baseline(kind, classes, self.bands, self.spectra[learned], targets, self.seed)


def _spectra_of(labels: LabelledPixels, bands: Bands) -> FloatArray:
    """Spectra (n, good bands) of labelled pixels in the bands of the first cube."""
    spectra = np.empty((len(labels), int(bands.good.sum())), np.float32)
    for number, item in enumerate(labels.data):
        matrix, here = match_bands(item.cube, bands), np.flatnonzero(labels.pixels[:, 0] == number)
        for places, found in spectra_by_line(item.cube, labels.pixels[here, 1:]):
            spectra[here[places]] = apply_bands(found, matrix)[:, bands.good]
    return spectra


def _measure(table: _Table, classes: ClassSet, kind: Kind, start: float, stop: float) -> Operation[Baseline]:
    """One baseline of all labels, and what baselines of each fold answer."""
    began, size = time.monotonic(), len(table.spectra)
    logs = np.zeros((size, len(classes)), np.float32)
    asked_ever, whole = np.zeros(size, bool), sum(int(asked.sum()) for _, asked in table.rounds)
    done = 0
    for number, (train, asked) in enumerate(table.rounds, 1):
        text = tr(
            "{name}: fold {number} of {folds}", name=told(kind.short), number=number, folds=len(table.rounds)
        )
        yield Progress("baselines", start + (stop - start) * done / whole, text)
        baseline, places = table.baseline(kind.id, classes, train), np.flatnonzero(asked)
        for first in range(0, len(places), PORTION):
            some = places[first : first + PORTION]
            logs[some] = baseline.log_probability(table.spectra[some])
            done += len(some)
            yield Progress("baselines", start + (stop - start) * done / whole, text)
        asked_ever |= asked
    answers = table.division.answers(np.flatnonzero(asked_ever), logs[asked_ever], classes.ids)
    metrics = {
        "held_out": answers.accuracy(classes).to_json(),
        "split": table.division.sentence,
        "test_regions": any(item.test is not None for item in table.division.labels.data),
        "seconds": round(time.monotonic() - began, 2),
    }
    kept = table.baseline(kind.id, classes, table.kept)
    return replace(kept, metrics=metrics, answers=answers.kept)
