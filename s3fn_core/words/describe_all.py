"""Descriptions of many classes, several at the same time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal

from s3fn_core.errors import S3FNError
from s3fn_core.labels.classes import ClassSet, Description, LabelClass
from s3fn_core.progress import Operation, Progress
from s3fn_core.words.llm import WAIT, DescribeContext, describe
from s3fn_core.words.llm_errors import EndpointError
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_core.words.together import Ended, together

State = Literal["writing", "waiting", "done", "failed"]


@dataclass(frozen=True)
class ClassProgress(Progress):
    """What happens to one of the classes; `fraction` is that of all.

    Attributes
    ----------
    class_id : int
    state : State
        "waiting": the endpoint is busy and will be asked again.
    descriptions : tuple of Description
        Once it is done.
    """

    class_id: int = 0
    state: State = "writing"
    descriptions: tuple[Description, ...] = ()


@dataclass
class Described:
    """What became of the classes, by id and in their order: each is described or has failed.

    `whole` says that the descriptions are all that a class has from then on.
    """

    descriptions: dict[int, tuple[Description, ...]] = field(default_factory=dict)
    failures: dict[int, S3FNError] = field(default_factory=dict)
    whole: bool = False


def describe_all(
    targets: Sequence[LabelClass],
    classes: ClassSet,
    settings: LLMSettings,
    *,
    key: str | None = None,
    contexts: Mapping[int, DescribeContext] | None = None,
) -> Operation[Described]:
    """Describe `targets`, :attr:`~LLMSettings.at_once` of them at a time.

    Every report is a :class:`ClassProgress`.  A class that fails takes no other one with it, but
    once the endpoint cannot answer at all, those not asked yet are not asked.  Closing the
    generator closes all connections.

    Parameters
    ----------
    contexts : mapping of int to DescribeContext
        What is known of each class.
    """
    refusals: list[EndpointError] = []
    starts = {
        target.id: partial(
            _attempt, target, classes, settings, key, (contexts or {}).get(target.id), refusals
        )
        for target in targets
    }
    shares = dict.fromkeys(starts, 0.0)
    result, last = Described(), dict.fromkeys(starts, Progress("describe", 0.0))
    for class_id, event in together(starts, settings.at_once):
        report = _taken(class_id, event, last[class_id], result)
        last[class_id] = report
        shares[class_id] = max(shares[class_id], report.fraction)
        yield replace(report, fraction=sum(shares.values()) / len(shares))
    return Described(
        {i: result.descriptions[i] for i in starts if i in result.descriptions},
        {i: result.failures[i] for i in starts if i in result.failures},
    )


def _attempt(
    target: LabelClass,
    classes: ClassSet,
    settings: LLMSettings,
    key: str | None,
    context: DescribeContext | None,
    refusals: list[EndpointError],
) -> Operation[tuple[Description, ...]]:
    """Describe one class, unless the endpoint has shown that it answers nobody."""
    if refusals:
        raise EndpointError(str(refusals[0]))
    try:
        return (yield from describe(target, classes, settings, key=key, context=context))
    except EndpointError as error:
        refusals.append(error)
        raise


def _taken(
    class_id: int, event: Progress | Ended[tuple[Description, ...]], last: Progress, result: Described
) -> ClassProgress:
    """What an event says of a class, after its `last` report; its end goes into `result`."""
    if isinstance(event, Progress):
        state: State = "waiting" if event.step == WAIT else "writing"
        return ClassProgress(
            event.step, event.fraction, event.message, event.metrics, event.text, class_id, state
        )
    if event.error is not None:
        result.failures[class_id] = event.error
        return ClassProgress("describe", 1.0, str(event.error), class_id=class_id, state="failed")
    found = result.descriptions[class_id] = event.result or ()
    return ClassProgress("describe", 1.0, last.message, last.metrics, "", class_id, "done", found)
