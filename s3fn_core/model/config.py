"""Settings of the model as frozen values, and the presets.  Imports nothing heavy."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, replace
from typing import Any, ClassVar, Literal

from s3fn_core.checked import check_range, checked
from s3fn_core.errors import ModelError
from s3fn_core.files import read_record
from s3fn_core.languages import tr

Pooling = Literal["label", "mean", "cls"]
Labels = Literal["text", "tuned"]
SplitChoice = Literal["auto", "regions", "objects", "blocks", "random"]
"""What is held out together: the user's test regions, whole objects, blocks of the scene, or single
pixels; "auto" is the first of these that there is, but never single pixels."""
PRESET_NAMES = ("pixel", "quick", "object", "paper")
MAX_PATCH = 128


def _check(what: str, value: float, low: float, high: float = math.inf) -> None:
    check_range(tr("The setting {name} of a training", name=what), value, low, high, ModelError)


@checked(ModelError)
@dataclass(frozen=True)
class PreprocessConfig:
    """From measured spectra to the network's input.

    `variance` keeps as many principal components as explain that share of the variance, but at
    most `components`.  `unit_norm` adds the spectrum scaled to unit length as a second channel,
    which does not change with illumination.

    `grain` above 0 scales the components so that the variation inside of a patch (shading, texture
    and noise, most of which says nothing of the class) is the same in all directions; what sets
    classes apart then stands out also where it is small.  The number is a floor, in shares of the
    mean variation of a band, below which a direction is not blown up further.
    """

    components: int = 30
    variance: float = 1.0
    unit_norm: bool = True
    grain: float = 0.03

    def __post_init__(self) -> None:
        _check("components", self.components, 1)
        _check("variance", self.variance, 0, 1)
        _check("grain", self.grain, 0)


@checked(ModelError)
@dataclass(frozen=True)
class NetworkConfig:
    """`kind` names the backbone: the paper's 3D-CNN, the pixel network for few labels, or none,
    which leaves the word to the experts.

    `l2` are penalties for the layers from the first convolution on; the paper's way, and when it
    is given the optimiser is plain Adam at a constant rate instead of AdamW in one cycle.
    """

    kind: Literal["cnn3d", "pixel", "none"] = "pixel"
    features: int = 128
    hidden: int = 128
    filters: tuple[int, int, int] = (32, 64, 128)
    dropout: float = 0.3
    l2: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _check("features", min(self.features, self.hidden, *self.filters), 1)
        _check("dropout", self.dropout, 0, 1)
        _check("l2", min(self.l2, default=0.0), 0)


@checked(ModelError)
@dataclass(frozen=True)
class StageConfig:
    """One training stage.

    An epoch goes through all examples in batches of `batch`, or, with `steps`, makes that many
    steps on random batches: then its cost does not grow with the number of labels.
    """

    epochs: int
    batch: int = 256
    steps: int = 0
    learning_rate: float = 2e-3
    weight_decay: float = 1e-2
    label_smoothing: float = 0.0
    patience: int = 0
    weight_average: float = 0.0

    def __post_init__(self) -> None:
        _check("epochs", self.epochs, 1)
        _check("batch", self.batch, 1)
        _check("steps", self.steps, 0)
        _check("learning_rate", self.learning_rate, 1e-12, 1e3)
        _check("weight_decay", self.weight_decay, 0, 1e3)
        _check("label_smoothing", self.label_smoothing, 0, 1)
        _check("patience", self.patience, 0)
        _check("weight_average", self.weight_average, 0, 1)


@checked(ModelError)
@dataclass(frozen=True)
class FusionConfig:
    """How features meet words.  The paper has neither centring nor temperature, but a ReLU.

    `evidence` adds what the descriptions expect a spectrum to be (beyond the paper).  `labels`
    says whether the label embeddings stay those of the text, or start there and are tuned with
    the projection under a penalty for leaving it.
    """

    encoder: str = "default"
    pooling: Pooling = "mean"
    centre: bool = True
    temperature: bool = True
    relu: bool = False
    evidence: bool = True
    labels: Labels = "text"


@checked(ModelError)
@dataclass(frozen=True)
class ExpertsConfig:
    """Classical experts beside the network (:mod:`s3fn_core.model.experts`), and their neighbours.

    `unlabelled` lets them learn what is common and what is noise from all pixels of the cubes that
    are trained on; else only what lies around labelled pixels is looked at.  `smoothing` lets a
    pixel's neighbours that look like it have a say in its class.  `objects` are experts on whole
    objects, where the training gets maps of them.
    """

    enabled: bool = True
    unlabelled: bool = True
    smoothing: bool = True
    objects: bool = True


NO_EXPERTS = ExpertsConfig(enabled=False, smoothing=False, objects=False)
NONE_ON_PIXELS = ExpertsConfig(enabled=False, smoothing=False)
"""For networks that look at large patches of objects."""


@dataclass(frozen=True)
class AugmentConfig:
    """Random changes of a training patch.

    `noise` in standard deviations of each component, or of the variation inside of patches where
    the preprocessing has a grain.  `texture` times what sets the pixels of some other patch apart
    from their mean is added: the shading and texture of another place.
    """

    flips: bool = True
    brightness: float = 0.3
    noise: float = 0.3
    texture: float = 1.0
    views: int = 30

    def __post_init__(self) -> None:
        _check("brightness", self.brightness, 0, 1e3)
        _check("noise", self.noise, 0, 1e3)
        _check("texture", self.texture, 0, 1e3)
        _check("views", self.views, 1)


@checked(ModelError)
@dataclass(frozen=True)
class SplitConfig:
    """What is held out.

    The labels are dealt into `folds`.  With `refit`, every fold is held out once by a model of its
    own and the model that is kept sees all labels; without, one fold is held out and the model
    that is measured is the one that is kept.  `method` deals blocks (whole objects and cubes, where
    there are such), or single pixels at random, which flatters.
    """

    folds: int = 4
    refit: bool = True
    method: Literal["blocks", "random"] = "blocks"

    def __post_init__(self) -> None:
        _check("folds", self.folds, 1)


@checked(ModelError)
@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides a training, apart from the data.

    `patch` is the side of a patch in pixels.  Of each object at most `per_object` labelled pixels, drawn
    at random, are learned from or asked (0: all), of each class at most `per_class` are learned from.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    preset: str
    patch: int
    preprocess: PreprocessConfig
    network: NetworkConfig
    stage1: StageConfig
    stage2: StageConfig
    fusion: FusionConfig = field(default_factory=FusionConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    split: SplitConfig = field(default_factory=SplitConfig)
    experts: ExpertsConfig = field(default_factory=ExpertsConfig)
    per_class: int = 300
    per_object: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.patch <= MAX_PATCH:
            raise ModelError(
                "A patch is 1 to {widest} pixels wide, not {patch}.", widest=MAX_PATCH, patch=self.patch
            )
        _check("per_class", self.per_class, 1)
        _check("per_object", self.per_object, 0)
        _check("seed", self.seed, 0)

    def with_(self, **changes: Any) -> TrainConfig:
        """A copy with some settings replaced."""
        return replace(self, **changes)

    @checked(ModelError)
    def with_epochs(self, epochs: int) -> TrainConfig:
        """A copy whose two stages run for `epochs` each."""
        if epochs < 1:
            raise ModelError("A training needs at least one epoch, not {epochs}.", epochs=epochs)
        return self.with_(
            stage1=replace(self.stage1, epochs=epochs), stage2=replace(self.stage2, epochs=epochs)
        )

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> TrainConfig:
        """Rebuild what :meth:`to_json` wrote; raises ModelError on anything else."""
        try:
            return read_record(cls, record)
        except ValueError as error:
            raise ModelError("The model's settings are malformed: {error}.", error=error) from error


PRESETS: dict[str, TrainConfig] = {
    # Few labelled pixels in a scene: small patch, spectral path first, strong augmentation.
    "pixel": TrainConfig(
        preset="pixel",
        patch=5,
        preprocess=PreprocessConfig(),
        network=NetworkConfig(),
        stage1=StageConfig(epochs=150, steps=1, batch=128, label_smoothing=0.05, weight_average=0.98),
        stage2=StageConfig(epochs=100, steps=1, batch=1024, label_smoothing=0.05),
    ),
    # An answer at once: experts and words, no network.  Nothing is held out to measure or weigh them.
    "quick": TrainConfig(
        preset="quick",
        patch=1,
        preprocess=PreprocessConfig(components=1, unit_norm=False, grain=0.0),
        network=NetworkConfig(kind="none", features=1),
        fusion=FusionConfig(encoder="none"),
        stage1=StageConfig(epochs=1),
        stage2=StageConfig(epochs=1),
        split=SplitConfig(folds=1),
    ),
    # Whole objects: the paper's backbone with its defects mended (METHOD: centring, temperature).
    "object": TrainConfig(
        preset="object",
        patch=32,
        preprocess=PreprocessConfig(components=32, variance=0.999, unit_norm=False, grain=0.0),
        network=NetworkConfig(kind="cnn3d", dropout=0.5),
        stage1=StageConfig(epochs=100, batch=8, learning_rate=1e-3, patience=15),
        stage2=StageConfig(epochs=50, batch=64, learning_rate=1e-3, patience=15),
        augment=AugmentConfig(noise=0.05, brightness=0.1, texture=0.0, views=8),
        split=SplitConfig(refit=False),
        experts=NONE_ON_PIXELS,
        per_object=20,
    ),
    # As published, for comparison.
    "paper": TrainConfig(
        preset="paper",
        patch=32,
        preprocess=PreprocessConfig(components=256, variance=0.999, unit_norm=False, grain=0.0),
        network=NetworkConfig(kind="cnn3d", dropout=0.5, l2=(1e-2, 1e-3, 1e-4, 1e-3)),
        stage1=StageConfig(epochs=100, batch=8, learning_rate=1e-3, patience=15),
        stage2=StageConfig(epochs=50, batch=8, learning_rate=1e-3, patience=15),
        fusion=FusionConfig(pooling="label", centre=False, temperature=False, relu=True, evidence=False),
        augment=AugmentConfig(flips=False, brightness=0.0, noise=0.0, texture=0.0, views=1),
        split=SplitConfig(refit=False),
        experts=NO_EXPERTS,
        per_object=20,
    ),
}


@checked(ModelError)
def preset(name: str) -> TrainConfig:
    """The preset called `name`."""
    try:
        return PRESETS[name]
    except KeyError:
        raise ModelError(
            'There is no preset "{name}"; choose one of {presets}.',
            name=name,
            presets=", ".join(PRESET_NAMES),
        ) from None


@dataclass(frozen=True)
class TrainSettings:
    """What a user chooses of a training.

    `same_objects` says that a number means the same object in all cubes, such as both sides of a fruit.
    Where `epochs` or `folds` is 0 or `pooling` empty, the preset's own counts.
    """

    preset: str = "pixel"
    epochs: int = 0
    encoder: str = "default"
    pooling: Pooling | Literal[""] = ""
    labels: Labels = "text"
    device: str = "auto"
    split: SplitChoice = "auto"
    folds: int = 0
    same_objects: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> TrainSettings:
        """Unknown keys of other versions are passed over, as is what is of another kind."""
        own = asdict(cls())
        return cls(**{k: v for k, v in record.items() if k in own and type(v) is type(own[k])})


def train_config(settings: TrainSettings) -> TrainConfig:
    """The preset with what the settings change of it."""
    config = preset(settings.preset)
    if settings.epochs:
        config = config.with_epochs(settings.epochs)
    fusion = replace(
        config.fusion,
        encoder=config.fusion.encoder if config.network.kind == "none" else settings.encoder,
        pooling=settings.pooling or config.fusion.pooling,
        labels=settings.labels,
    )
    return config.with_(fusion=fusion, split=_split(config, settings))


def _split(config: TrainConfig, settings: TrainSettings) -> SplitConfig:
    """A preset that measures nothing goes on doing so."""
    own = config.split
    folds = settings.folds if settings.folds and own.folds > 1 else own.folds
    return replace(own, folds=folds, method="random" if settings.split == "random" else "blocks")
