"""The state of a training that is under way, in a file, so that it can go on after a break.

The file holds the weights of every stage that is done and everything about the one that is not:
network, optimiser, schedule, weight average, best weights so far, generators and epoch.  A stage
is known by its name, which says what it is trained on; so what is not in the file, or has changed
since (a description, say), is simply trained.  It is a safetensors file with JSON, like a model.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from s3fn_core.errors import ModelError
from s3fn_core.files import reason, require_file, whole_file
from s3fn_core.languages import tr
from s3fn_core.model.digest import digest_of

FORMAT = "s3fn-training"
VERSION = 1
EVERY = 30.0
"""Seconds between two writes, at least."""
SHARE = 50
"""A write that takes long is followed by a pause of so many times its duration."""
MISFITS = (KeyError, IndexError, TypeError, ValueError, RuntimeError, AttributeError)
"""What goes wrong when parts of a file do not fit together."""
State = Mapping[str, Any]
"""Tensors, numbers and texts in dicts and lists."""


class Recovery:
    """What is known of a training, in memory and, every now and then, in a file.

    Its stages may run in several threads.

    Parameters
    ----------
    path : path
        Read when it exists; written while the training runs.  Delete it when the model is saved.
    fingerprint : str
        Of everything that decides the training's result; see
        :func:`~s3fn_core.model.digest.digest_of`.
    every : float
        Seconds between two writes, at least.

    Raises
    ------
    ModelError
        When the file is damaged, or belongs to a training with another fingerprint.
    """

    def __init__(self, path: str | PathLike[str], fingerprint: str, every: float = EVERY) -> None:
        self.path, self.fingerprint, self.every = Path(path), fingerprint, every
        self.notes: list[str] = []
        self._stages: dict[str, State] = {}
        self._lock = threading.Lock()
        self._due = time.monotonic() + every
        try:
            require_file(self.path)
        except OSError as error:
            raise self.damaged(error) from error
        if self.path.exists():
            self._stages = self._read()
            self.notes.append(tr("Continued from {path}.", path=self.path))

    def slot(self, name: str) -> Slot:
        return Slot(name, self)

    def get(self, name: str) -> State | None:
        return self._stages.get(name)

    def put(self, name: str, state: Callable[[], State], done: bool) -> None:
        """Remember a stage if it is done, or if the file is to be written now."""
        with self._lock:
            due = time.monotonic() >= self._due
            if done or due:
                tensors: dict[str, Tensor] = {}  # copied, since the training changes its own in place
                self._stages[name] = _unpacked(_packed({"done": done, **state()}, tensors), tensors)
            if due:
                self._write()

    def _write(self) -> None:
        started = time.monotonic()
        tensors: dict[str, Tensor] = {}
        stages = _packed(self._stages, tensors)
        header = {"format": FORMAT, "version": VERSION, "fingerprint": self.fingerprint, "stages": stages}
        text = json.dumps(header)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(self.path) as temporary:
                save_file(tensors, temporary, {"s3fn": text, "digest": _digest(text, tensors)})
        except (OSError, SafetensorError) as error:
            # A training must not end because its safety net cannot be hung up.
            note = tr(
                "The training's state could not be written to {path}: {error}.",
                path=self.path,
                error=reason(error),
            )
            self.notes[:] = [*(n for n in self.notes if n != note), note]
        now = time.monotonic()
        self._due = now + max(self.every, SHARE * (now - started) if self.every else 0)

    def _read(self) -> dict[str, State]:
        try:
            with safe_open(self.path, "pt") as file:
                told = file.metadata() or {}
                header = json.loads(told.get("s3fn", "null"))
                tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            if header["format"] != FORMAT or header["version"] != VERSION:
                raise ValueError(tr("another format or version"))
            if told.get("digest") != _digest(told["s3fn"], tensors):
                raise ValueError(tr("its content is not what was written"))
            same = header["fingerprint"] == self.fingerprint
            stages: dict[str, State] = _unpacked(header["stages"], tensors)
        except (OSError, SafetensorError, *MISFITS) as error:
            raise self.damaged(error) from error
        if not same:
            raise ModelError(
                "{path} is the state of another training: the settings, the labels, the cubes, the "
                "device or the version of PyTorch differ. Repeat that training as it was, or delete the "
                "file to start over.",
                path=self.path,
            )
        return stages

    def damaged(self, error: Exception) -> ModelError:
        return ModelError(
            "{path} is not a state of a training, or is damaged ({error}). Delete it to start over.",
            path=self.path,
            error=error,
        )


@dataclass(frozen=True)
class Slot:
    """The place of one stage in a :class:`Recovery`; without one nothing is kept."""

    name: str = ""
    recovery: Recovery | None = None

    def restore(self, take: Callable[[State], None]) -> bool:
        """Hand over what is known of the stage; False where nothing is.

        Raises
        ------
        ModelError
            When the state does not fit the stage.
        """
        state = None if self.recovery is None else self.recovery.get(self.name)
        if self.recovery is None or state is None:
            return False
        try:
            take(state)
        except MISFITS as error:
            raise self.recovery.damaged(error) from error
        return True

    def put(self, state: Callable[[], State], done: bool = False) -> None:
        if self.recovery is not None:
            self.recovery.put(self.name, state, done)


def _digest(text: str, tensors: Mapping[str, Tensor]) -> str:
    return digest_of(text, *(part for name in sorted(tensors) for part in (name, tensors[name])))


def _packed(value: Any, tensors: dict[str, Tensor]) -> Any:
    """`value` for JSON; its tensors go to `tensors` and leave their name."""
    if isinstance(value, Tensor):
        name = str(len(tensors))
        # A copy: safetensors refuses tensors that share memory.
        tensors[name] = value.detach().cpu().clone(memory_format=torch.contiguous_format)
        return {"tensor": name}
    if isinstance(value, Mapping):
        return {"items": [[key, _packed(item, tensors)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return [_packed(item, tensors) for item in value]
    return value


def _unpacked(value: Any, tensors: Mapping[str, Tensor]) -> Any:
    if isinstance(value, dict):
        if "tensor" in value:
            return tensors[value["tensor"]]
        return {key: _unpacked(item, tensors) for key, item in value["items"]}
    if isinstance(value, list):
        return [_unpacked(item, tensors) for item in value]
    return value
