"""Going on with less at a time when memory runs out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from s3fn_core.errors import ModelError
from s3fn_core.languages import tr
from s3fn_core.memory import is_out_of_memory


@dataclass
class Parts:
    """How many examples are computed at once; halved whenever that proves too many.

    A batch that is computed in parts gives the gradient of the whole batch, so a smaller part
    changes the time that a training takes and not what it learns.
    """

    size: int
    notes: list[str] = field(default_factory=list)

    def halve(self, error: BaseException, tried: int) -> str:
        """Allow half of the `tried` examples from now on, and say so; raise any other error.

        Raises
        ------
        ModelError
            When there is no memory for a single example.
        """
        if not is_out_of_memory(error):
            raise error
        if tried <= 1:
            raise ModelError(
                "There is not enough memory for a single patch. Close other programs, choose the "
                "device cpu, or a smaller patch or fewer filters."
            ) from error
        self.size = tried // 2
        self.notes[:] = [tr("Memory was short: batches were computed in parts of {size}.", size=self.size)]
        return tr("Memory is short: going on with parts of {size}", size=self.size)

    def apply(self, function: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
        """``function(inputs)`` of independent rows, in parts that fit."""
        while True:
            tried = min(self.size, len(inputs))
            try:
                return torch.cat([function(part) for part in inputs.split(tried)])
            except (RuntimeError, MemoryError) as error:
                self.halve(error, tried)
            release()


def release() -> None:
    """Give back what the failed attempt left in the allocator's cache.

    To be called after the ``except`` block: until then the error's frames hold their tensors.
    """
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
