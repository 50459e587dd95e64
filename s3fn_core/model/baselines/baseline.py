"""One baseline: what it learned from, what was measured of it, and its file.

The file holds the spectra that were learned and not the classifier: learning them again takes seconds,
gives the same answers, and opening a file runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file
from scipy.special import log_softmax

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError, S3FNError
from s3fn_core.files import reason, require_file, whole_file
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.baselines.classifiers import KINDS, Classifier
from s3fn_core.model.kept_texts import told
from s3fn_core.model.preprocess import Bands
from s3fn_core.results.answers import HeldOutAnswers
from s3fn_core.types import FloatArray

SUFFIX = ".safetensors"
FORMAT, VERSION = "s3fn-rival", 1
SILENT = -30.0
"""Log-probability of a class that no label showed."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """A classifier of single spectra that has learned the labels of a training.

    Attributes
    ----------
    kind : str
        One of :data:`~s3fn_core.model.baselines.classifiers.KINDS`.
    classes : ClassSet
    bands : Bands
    spectra : array of float32, shape (n, good bands)
        What it has learned.
    targets : array of int64, shape (n,)
        Class index of each spectrum.
    seed : int
    metrics : mapping
        As of a model: held-out accuracy, the split, seconds.
    answers : HeldOutAnswers or None
        What its held-out accuracy was counted from.
    """

    kind: str
    classes: ClassSet
    bands: Bands
    spectra: FloatArray
    targets: npt.NDArray[np.int64]
    seed: int = 0
    metrics: Mapping[str, Any] = field(default_factory=dict)
    answers: HeldOutAnswers | None = None

    @property
    def title(self) -> str:
        """How sentences call it."""
        return KINDS[self.kind].title

    @cached_property
    def _learned(self) -> Classifier:
        return KINDS[self.kind].make(self.seed).fit(self.spectra, self.targets)

    def learn(self) -> None:
        """Learn now what :meth:`log_probability` would learn at its first call."""
        _ = self._learned

    def log_probability(self, spectra: FloatArray) -> FloatArray:
        """What it says of spectra (m, good bands), shape (m, classes).

        Not calibrated: how sure a support vector machine or a spectral angle is has no unit.
        """
        logs = np.full((len(spectra), len(self.classes)), SILENT, np.float32)
        if len(spectra):
            logs[:, np.unique(self.targets)] = self._learned.scores(spectra)
        found: FloatArray = log_softmax(logs, axis=1)
        return found


@checked(ModelError)
def save_baseline(baseline: Baseline, path: str | PathLike[str]) -> None:
    """Write a baseline; an existing file is replaced only when the new one is complete.

    Raises
    ------
    ModelError
    """
    arrays = {"spectra": baseline.spectra, "targets": baseline.targets, "good": baseline.bands.good}
    if baseline.bands.wavelengths is not None:
        arrays["wavelengths"] = baseline.bands.wavelengths
    header: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "kind": baseline.kind,
        "classes": baseline.classes.to_json(),
        "seed": baseline.seed,
        "metrics": dict(baseline.metrics),
    }
    if baseline.answers is not None:
        header["answers"], of_answers = baseline.answers.to_parts()
        arrays |= {f"answers.{name}": array for name, array in of_answers.items()}
    try:
        with whole_file(path) as temporary:
            given = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
            save_file(given, temporary, {"s3fn": json.dumps(header)})
    except (OSError, SafetensorError) as error:
        raise ModelError(
            "The {title} cannot be written to {path}: {error}.",
            title=told(baseline.title),
            path=path,
            error=reason(error),
        ) from error


@checked(ModelError)
def load_baseline(path: str | PathLike[str]) -> Baseline:
    """Read what :func:`save_baseline` wrote.

    Raises
    ------
    ModelError
        When the file is missing, does not hold a baseline, or is damaged.
    """
    path = Path(path)
    try:
        require_file(path)
        with safe_open(path, "numpy") as file:
            header = json.loads((file.metadata() or {}).get("s3fn", "null"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if header["format"] != FORMAT or header["version"] != VERSION:
            raise ValueError(
                tr("its format is {format} {version}", format=header["format"], version=header["version"])
            )
        return _rebuilt(header, arrays)
    except FileNotFoundError as error:
        raise ModelError("There is no file {path}.", path=path) from error
    except (OSError, SafetensorError, S3FNError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ModelError(
            "{path} is not a baseline of this program, or is damaged ({error}). Measure the baselines again.",
            path=path,
            error=error,
        ) from error


def _rebuilt(header: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Baseline:
    classes = ClassSet.from_json(header["classes"], tr("its class set"))
    spectra, targets, good = arrays["spectra"], arrays["targets"], arrays["good"].astype(bool)
    if header["kind"] not in KINDS:
        raise ValueError(tr("there is no baseline {kind}", kind=header["kind"]))
    if spectra.shape != (len(targets), int(good.sum())) or not np.isfinite(spectra).all():
        raise ValueError(tr("its spectra do not fit its labels and bands"))
    if not len(targets) or targets.min() < 0 or targets.max() >= len(classes):
        raise ValueError(tr("its labels do not fit its classes"))
    parts, start = None, "answers."
    if (record := header.get("answers")) is not None:
        own = {name.removeprefix(start): a for name, a in arrays.items() if name.startswith(start)}
        parts = HeldOutAnswers.from_parts(record, own)
    bands = Bands(good, arrays.get("wavelengths"))
    return Baseline(
        header["kind"], classes, bands, spectra, targets, int(header["seed"]), header["metrics"], parts
    )
