"""A model in other words than those it was trained with."""

from __future__ import annotations

from dataclasses import replace

import torch

from s3fn_core.checked import check_range, checked
from s3fn_core.errors import ModelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.languages import tr
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.kept_texts import OTHER_WORDS
from s3fn_core.model.network.modules import S3FN
from s3fn_core.progress import Operation, run
from s3fn_core.words.encoder import LabelEmbeddings, encode_classes

OF_ITS_WORDS = ("held_out", "without_expectations", "map_accuracy", "objects")
"""What was measured of a model with the descriptions that it was trained with."""


@checked(ModelError)
def reworded(
    model: S3FNModel,
    classes: ClassSet,
    embeddings: LabelEmbeddings | None = None,
    evidence_weight: float | None = None,
) -> S3FNModel:
    """The same model with other words: backbone and projection stay, the label embeddings change.

    What was tuned on top of a class's text is added to its new text.  What was measured of the model
    goes, unless words and weight are its own.

    Parameters
    ----------
    classes : ClassSet
        May hold classes that the model was not trained on, known by their words alone
        (``word_classes`` where they state a spectrum, else by their embedding), and may
        lack some that it was.  Where embeddings are centred over the classes, that moves the
        others a little too.
    embeddings : LabelEmbeddings, optional
        Of `classes`, by the model's encoder and pooling; made here when not given, unless names and
        descriptions are the model's own.
    evidence_weight : float, optional
        Weight of the expected spectra; the model's own, learned from its labels, when not given.

    Raises
    ------
    ModelError
        When the embeddings are not those of the classes, or come from another text encoder.
    WordsError
        When the model's text encoder cannot be loaded.
    """
    if embeddings is None:
        embeddings = run(embedded(model, classes))
    weight = model.evidence_weight if evidence_weight is None else float(evidence_weight)
    check_range(tr("The weight of the words"), weight, 0, 1e9, ModelError)
    known = model.classes.ids if embeddings is None else embeddings.class_ids
    if known != classes.ids:
        raise ModelError(
            "The label embeddings belong to the classes {known}, but the class set is {ids}, in "
            "this order; embed the descriptions of these classes first.",
            known=", ".join(map(str, known)),
            ids=", ".join(map(str, classes.ids)),
        )
    if len(classes) < 2:
        raise ModelError("A classification needs at least two classes; add classes.")
    network = model.network
    if embeddings is not None:
        _check_encoder(model, embeddings)
        vectors = torch.from_numpy(embeddings.unit(model.config.fusion.centre))
        old = model.classes.ids
        places = [old.index(i) if i in old else -1 for i in classes.ids]
        projection = network.projection.reworded(vectors, places)
        network = S3FN(network.backbone, projection).eval()
    unshown = model.word_classes.among(classes, model.classes.ids)
    other = replace(model, network=network, classes=classes, evidence_weight=weight, word_classes=unshown)
    measured = _are_its_own(model, classes) and weight == model.evidence_weight
    return other if measured else _unmeasured(other)


def _unmeasured(model: S3FNModel) -> S3FNModel:
    """The model without the figures of the words that it was trained with."""
    metrics = {name: value for name, value in model.metrics.items() if name not in OF_ITS_WORDS}
    return replace(model, metrics={**metrics, "split": OTHER_WORDS}, answers=None)


def _are_its_own(model: S3FNModel, classes: ClassSet) -> bool:
    """Whether classes say what those of the model say."""
    own, words = ([(c.id, c.name, c.text) for c in some] for some in (model.classes, classes))
    return words == own


def embedded(model: S3FNModel, classes: ClassSet) -> Operation[LabelEmbeddings | None]:
    """Embeddings of classes as the model's were made; None where they say what its own say."""
    if _are_its_own(model, classes):
        return None
    return (yield from encode_classes(classes, encoder=model.encoder, pooling=model.config.fusion.pooling))


def _check_encoder(model: S3FNModel, embeddings: LabelEmbeddings) -> None:
    pooling, width = model.config.fusion.pooling, model.network.projection.embeddings.shape[1]
    fits = embeddings.encoder == model.encoder and embeddings.pooling == pooling
    if not fits or embeddings.vectors.shape[1] != width:
        raise ModelError(
            'The descriptions were embedded by the encoder "{encoder}" with {pooling} pooling, but '
            'the model was trained with "{own_encoder}" and {own_pooling} pooling ({width} values); '
            "embed them the same way.",
            encoder=embeddings.encoder,
            pooling=embeddings.pooling,
            own_encoder=model.encoder,
            own_pooling=pooling,
            width=width,
        )
