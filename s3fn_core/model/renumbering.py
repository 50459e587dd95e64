"""The same model where its classes have other ids, as in a project that had used theirs already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from s3fn_core.checked import checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.joining import renumbered
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.experts.linear import Experts


@checked(ModelError)
def with_class_ids(model: S3FNModel, ids: Mapping[int, int]) -> S3FNModel:
    """Give the classes of `model` the ids that `ids` has for theirs, wherever the model names them."""

    def of_experts(experts: Experts) -> Experts:
        return replace(experts, class_ids=tuple(ids[i] for i in experts.class_ids))

    objects, defects = model.objects, model.objects.defects
    if defects is not None:
        defects = replace(defects, thresholds={ids[i]: limit for i, limit in defects.thresholds.items()})
    return replace(
        model,
        classes=renumbered(model.classes, ids),
        experts=of_experts(model.experts),
        objects=replace(objects, experts=of_experts(objects.experts), defects=defects),
        word_classes=replace(model.word_classes, ids=tuple(ids[i] for i in model.word_classes.ids)),
        metrics=_metrics(model.metrics, ids),
        handling=model.handling.renumbered(ids),
        answers=None if model.answers is None else model.answers.renumbered(ids),
    )


def _metrics(metrics: Mapping[str, Any], ids: Mapping[int, int]) -> dict[str, Any]:
    changed = dict(metrics)
    for name in ("held_out", "without_expectations"):
        if (found := metrics.get(name)) and "per_class" in found:
            per_class = [{**one, "id": ids[one["id"]]} for one in found["per_class"]]
            changed[name] = {**found, "per_class": per_class}
    if "words_only" in metrics:
        changed["words_only"] = [ids[i] for i in metrics["words_only"]]
    if (objects := metrics.get("objects")) and "defects" in objects:
        kind: Callable[[int], Any] = str if any(isinstance(i, str) for i in objects["defects"]) else int
        defects = {kind(ids[int(i)]): told for i, told in objects["defects"].items()}
        changed["objects"] = {**objects, "defects": defects}
        if "class_ids" in objects:
            changed["objects"]["class_ids"] = [ids[i] for i in objects["class_ids"]]
    return changed
