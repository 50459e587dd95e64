"""Accuracy of whole objects that a training has held out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.results.metrics import Accuracy, accuracy


def object_accuracy(metrics: Mapping[str, Any], classes: ClassSet) -> Accuracy | None:
    """Figures of the held-out objects of a training; None where none were held out.

    Parameters
    ----------
    metrics : mapping
        ``S3FNModel.metrics``.
    classes : ClassSet
        Of the model.
    """
    record = metrics.get("objects") or {}
    counts = np.array(record.get("confusion", ()), np.int64)
    if not counts.sum() or not set(record["class_ids"]) <= set(classes.ids):
        return None
    ids = np.array(record["class_ids"], np.uint8)
    rows, columns = np.indices(counts.shape)
    truth, named = (np.repeat(ids[places.ravel()], counts.ravel()) for places in (rows, columns))
    return accuracy(truth, named, classes)
