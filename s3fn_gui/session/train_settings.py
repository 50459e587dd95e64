"""What the training panel asks for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from s3fn_core.model.config import Labels, Pooling, TrainConfig, preset


def train_config(settings: TrainSettings) -> TrainConfig:
    """What the training panel asks for, as the core knows it."""
    config = preset(settings.preset)
    if settings.epochs:
        config = config.with_epochs(settings.epochs)
    fusion = replace(
        config.fusion,
        encoder=settings.encoder,
        pooling=settings.pooling or config.fusion.pooling,
        labels=settings.labels,
    )
    return config.with_(fusion=fusion)


@dataclass(frozen=True)
class TrainSettings:
    """What the training panel asks for; `epochs` 0 and an empty `pooling` are the preset's own."""

    preset: str = "pixel"
    epochs: int = 0
    encoder: str = "default"
    pooling: Pooling | Literal[""] = ""
    labels: Labels = "text"
    device: str = "auto"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> TrainSettings:
        """Unknown keys of other versions are passed over, as is what is of another kind."""
        own = asdict(cls())
        return cls(**{k: v for k, v in record.items() if k in own and type(v) is type(own[k])})
