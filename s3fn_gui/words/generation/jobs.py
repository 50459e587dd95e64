"""What asks a language model in a worker, and what it works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from s3fn_core.cubes.cube import Cube
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.labelmap import LabelMap
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress, scaled
from s3fn_core.words.contexts import contexts_of
from s3fn_core.words.describe_all import Described, describe_all
from s3fn_core.words.keys import Key, find_key
from s3fn_core.words.llm import DescribeContext, request_messages
from s3fn_core.words.llm_settings import LLMSettings
from s3fn_core.words.models import list_models
from s3fn_core.words.prompts import Message

Contexts = Mapping[int, DescribeContext]


@dataclass(frozen=True)
class Requests:
    """What is sent to a language model, and where; nothing else leaves this computer.

    Attributes
    ----------
    messages : mapping of int to list of {"role", "content"}
        The first request about each class of `targets`.
    """

    settings: LLMSettings
    classes: ClassSet
    targets: tuple[LabelClass, ...]
    contexts: Contexts
    messages: Mapping[int, list[Message]]
    key: Key = field(repr=False)


@dataclass(frozen=True, eq=False)
class Subject:
    """What requests are composed from; `scene` is a cube with its labels, as they are then."""

    targets: Sequence[LabelClass]
    classes: ClassSet
    settings: LLMSettings
    scene: tuple[Cube, LabelMap] | None


def measure_contexts(subject: Subject) -> Operation[Contexts]:
    """What the cube says about each class."""
    yield Progress("prepare", 0.0, tr("Measuring the classes"))
    if subject.scene is None:
        return (yield from contexts_of(subject.classes, None))
    cube, labels = subject.scene
    return (yield from contexts_of(subject.classes, cube, labels.ids.copy()))


def prepare(subject: Subject) -> Operation[Requests]:
    """Compose requests that can be sent; raises WordsError also when the settings cannot work."""
    requests = yield from compose(subject)
    subject.settings.check(requests.key.value)
    return requests


def compose(subject: Subject) -> Operation[Requests]:
    """Compose requests, to be looked at.

    Raises
    ------
    WordsError
        When the address or the prompt is malformed.
    """
    targets, classes, settings = subject.targets, subject.classes, subject.settings
    contexts = yield from scaled(measure_contexts(subject), 0.0, 0.9)
    yield Progress("prepare", 0.9, tr("Looking for the key"))
    key = find_key(settings.base_url)  # the system's key store may take its time
    settings.check_address()
    messages = {c.id: request_messages(c, classes, settings, contexts[c.id]) for c in targets}
    return Requests(settings, classes, tuple(targets), contexts, messages, key)


def send(requests: Requests) -> Operation[Described]:
    """Send the requests; every report is a ClassProgress."""
    return describe_all(
        requests.targets,
        requests.classes,
        requests.settings,
        key=requests.key.value,
        contexts=requests.contexts,
    )


def list_offered_models(settings: LLMSettings, typed_key: str) -> Operation[tuple[str, ...]]:
    """The models at an endpoint; a key that was typed goes before the one that is stored."""
    return list_models(settings, typed_key.strip() or find_key(settings.base_url).value)
