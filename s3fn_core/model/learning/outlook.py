"""What a training lets expect of the whole map: held-out answers, and a look at unlabelled pixels."""

from __future__ import annotations

import numpy as np
from scipy.special import softmax

from s3fn_core.model.dataset import LabelledPixels
from s3fn_core.model.experts.fitting import held_out_logs
from s3fn_core.model.learning.division import Division
from s3fn_core.model.learning.fusion import Fused, HeldOut
from s3fn_core.model.learning.keeping import Course, Spoken
from s3fn_core.model.learning.splits import Numbers, object_maps, object_of, units_of
from s3fn_core.model.novelty import Novelty
from s3fn_core.results.map_accuracy import LABELS_ONLY, NOTHING_HELD_OUT, MapAccuracy, Seen, expected_on_map
from s3fn_core.types import BoolArray, FloatArray

PLACE = 24
"""Side in pixels of a square whose labels of one class count as one place."""


def look_out(
    course: Course, held_out: HeldOut, fused: Fused | None, said: Spoken, novelty: Novelty | None
) -> MapAccuracy | None:
    """What to expect of the map of the cubes that were trained on; None without experts.

    Parameters
    ----------
    held_out, fused
        What was asked, and the answers of all members together.
    said : Spoken
        With what weight they speak; the network is taken to say what the experts say.
    novelty : Novelty or None
        Of the model that is kept.
    """
    panel, division, names = course.panel, course.division, course.classes.names
    if fused is None or novelty is None or not said.experts:
        return None
    counts = division.measured[held_out.places]
    places = held_out.places[counts]
    if not len(places):
        return MapAccuracy(None, None, 0, None, NOTHING_HELD_OUT)
    onlookers = course.onlookers
    if onlookers is None:
        return MapAccuracy(None, None, 0, None, LABELS_ONLY)
    scene = onlookers.means
    shares = {member.name: member.share for member in said.experts.members}
    weights = np.array([shares.get(name, 0.0) for name in panel.names], np.float32)
    every = np.ones(len(scene.targets), bool)
    scores = np.einsum("e,nek->nk", weights, held_out_logs(said.experts, scene, every))
    probability = softmax(scores * (1 + said.network / max(float(weights.sum()), 1e-6)), axis=1)
    targets = division.labels.targets[places]
    right = fused.held_out[counts].argmax(1) == targets
    told = np.isin(np.arange(len(names)), targets)
    seen = Seen(
        right,
        targets,
        np.where(told, _places(division.labels, len(names)), 0),
        _gain(division, panel.task.config.per_class),
        np.bincount(probability.argmax(1), minlength=len(names)) / len(probability),
        float(probability.max(1).mean()),
        float((novelty(scene.means["reflectance", 1]) > 1).mean()),
    )
    return expected_on_map(seen, names)


def _places(labels: LabelledPixels, classes: int) -> Numbers:
    """In how many objects or squares each class is labelled, (classes,).

    Of the ways to lay the squares the one that needs fewest counts: a border between two of them
    makes no two places of one.
    """
    on_object = object_of(labels.pixels, object_maps(labels.data))
    fewest = np.full(classes, np.iinfo(np.int64).max)
    for down in (0, PLACE // 2):
        for right in (0, PLACE // 2):
            units = units_of(labels.pixels + np.array([0, down, right]), on_object, PLACE)
            pairs = np.unique(np.stack([labels.targets, units]), axis=1)
            fewest = np.minimum(fewest, np.bincount(pairs[0], minlength=classes))
    return fewest


def _gain(division: Division, per_class: int) -> float:
    """Logarithm of how many times as many labels of a class the model that is kept has learned from.

    The mean over rounds and the classes that each asks for: of the others it has as many.
    """
    targets = division.labels.targets

    def learned(chosen: BoolArray) -> FloatArray:
        return np.minimum(np.bincount(targets[chosen], minlength=targets.max() + 1), per_class)

    kept = learned(division.kept)
    gains = []
    for one in division.rounds:
        asked = np.unique(targets[one.asked & division.measured])
        gains.extend(np.log(kept[asked] / learned(one.train)[asked]))
    return float(np.mean(gains))
