"""A model as one graph: from the spectra around a pixel to its class probabilities.

The modules repeat in PyTorch what is applied to a cube with NumPy; a test compares both.
"""

from __future__ import annotations

import copy
import math

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from s3fn_core.model import preprocess as preprocessing
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.evidence import DOUBT, SHARPNESS
from s3fn_core.model.experts.bases import LEAST_NORM
from s3fn_core.model.experts.linear import Experts
from s3fn_core.model.network.modules import PaperBackbone
from s3fn_core.model.novelty import Novelty
from s3fn_core.model.preprocess import Channel, Preprocess
from s3fn_core.model.word_classes import LEAST, LIKE_LABELS, WordClasses
from s3fn_core.types import FloatArray
from s3fn_core.words import expectation
from s3fn_core.words.expectation import DARKNESS, SHAPE_WEIGHT, Evidence, expectations

# The translator knows Python's numbers only.
DARKEST, DARK = float(preprocessing.LEAST_NORM), float(LEAST_NORM)


class PatchGraph(nn.Module):
    """Spectra of patches to probabilities and novelty of their middle pixels.

    Attributes
    ----------
    side : int
        Pixels on each side of a patch.
    """

    def __init__(self, model: S3FNModel) -> None:
        super().__init__()
        bands, patch = model.preprocess.bands, model.config.patch
        self.reach = max(patch // 2, model.experts.reach)
        self.side = 2 * self.reach + 1
        self._before, self._after = patch // 2, (patch - 1) // 2
        self.good = _kept(np.flatnonzero(bands.good))
        self.preprocess = PreprocessGraph(model.preprocess)
        backbone = copy.deepcopy(model.network.backbone).cpu().eval()
        self.backbone = PaperGraph(backbone) if isinstance(backbone, PaperBackbone) else backbone
        self.projection = copy.deepcopy(model.network.projection).cpu().eval()
        self.experts = ExpertsGraph(model.experts, model.classes.ids) if model.experts else None
        self.words = _words(model)
        self._weight = float(model.evidence_weight)
        unshown = model.word_classes
        self.unshown = UnshownGraph(unshown, model.classes.ids) if unshown and self.words else None
        self.novelty = None if model.novelty is None else NoveltyGraph(model.novelty)

    def forward(self, spectra: Tensor, words_scale: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities (n, classes), and novelty (n,); both 0 where the middle pixel is background.

        Parameters
        ----------
        spectra : Tensor, shape (n, side, side, bands)
            As the model was trained on; missing values NaN or 0.
        words_scale : Tensor, shape ()
            What a value is to be multiplied with to be as bright as the words mean it; 0 silences them.
        """
        plain = torch.where(torch.isfinite(spectra), spectra, torch.zeros_like(spectra))
        block = plain.index_select(3, self.good)
        middle, reach = block[:, self.reach, self.reach], self.reach
        places = slice(reach - self._before, reach + self._after + 1)
        image = self.preprocess(block[:, places, places])  # (n, lines, samples, channels, depth)
        scores = self.projection(self.backbone(image.permute(0, 3, 4, 1, 2)))
        if self.experts is not None:
            scores = scores + self.experts(block, reach)
        measured = (middle != 0).any(-1)
        novelty = scores.new_zeros(scores.shape[0]) if self.novelty is None else self.novelty(middle)
        if self.words is not None:
            said = self.words(plain[:, reach, reach], words_scale)
            scores = scores + torch.where(words_scale > 0, self._weight * said, torch.zeros_like(said))
            if self.unshown is not None:
                scores = self.unshown(scores, said, words_scale, None if self.novelty is None else novelty)
        probability = torch.softmax(scores, -1)
        return probability * measured[:, None], novelty * measured


class PreprocessGraph(nn.Module):
    """``model.preprocess.Preprocess.transform``: (..., good bands) to (..., channels, depth)."""

    def __init__(self, preprocess: Preprocess) -> None:
        super().__init__()
        self.channels = nn.ModuleList(ChannelGraph(channel) for channel in preprocess.channels)

    def forward(self, spectra: Tensor) -> Tensor:
        views = [spectra, _unit(spectra, DARKEST)]
        found = [channel(view) for channel, view in zip(self.channels, views, strict=False)]
        return torch.stack(found, -2)


class ChannelGraph(nn.Module):
    """``model.preprocess.Channel.transform``."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self.mean, self.std, self.components = map(_kept, (channel.mean, channel.std, channel.components))

    def forward(self, spectra: Tensor) -> Tensor:
        standard: Tensor = ((spectra - self.mean) / self.std) @ self.components
        return standard


class PaperGraph(nn.Module):
    """``network.modules.PaperBackbone`` of layers that any runtime knows."""

    def __init__(self, backbone: PaperBackbone) -> None:
        super().__init__()
        self.conv1, self.conv2, self.conv3 = backbone.conv1, backbone.conv2, backbone.conv3
        self.features = backbone.features

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, depth, patch, patch) to (n, features)."""
        x = F.avg_pool3d(F.relu(self.conv1(x)), 2)
        x = F.avg_pool3d(F.relu(self.conv3(F.relu(self.conv2(x)))), 2)
        return F.relu(F.linear(x.flatten(1), self.features.weight.flatten(1), self.features.bias))


class ExpertsGraph(nn.Module):
    """``experts.linear.Experts.scores`` of the middle pixels, for the classes `wanted`."""

    def __init__(self, experts: Experts, wanted: tuple[int, ...]) -> None:
        super().__init__()
        self._members = [m for m in experts.members if m.share]
        for number, member in enumerate(self._members):
            share = np.float32(member.share)
            setattr(self, f"weights{number}", _kept(share * member.weights))
            setattr(self, f"bias{number}", _kept(share * member.bias))
        known = experts.class_ids
        self._known = len(known)
        columns = [known.index(i) if i in known else len(known) for i in wanted]
        self.columns = None if known == wanted else _kept(np.array(columns))

    def forward(self, block: Tensor, reach: int) -> Tensor:
        """Patches (n, side, side, good bands) to scores (n, classes)."""
        measured = (block != 0).any(-1).to(block.dtype)
        shapes = _unit(block, DARK)
        total = block.new_zeros(block.shape[0], self._known)
        for number, member in enumerate(self._members):
            values = shapes if member.base == "shape" else block
            around = slice(reach - member.window // 2, reach + member.window // 2 + 1)
            known = measured[:, around, around]
            if member.window == 1:
                mean = values[:, reach, reach]
            else:
                count = known.sum((1, 2)).clamp(min=0.5)
                mean = (values[:, around, around] * known[..., None]).sum((1, 2)) / count[:, None]
            weights, bias = getattr(self, f"weights{number}"), getattr(self, f"bias{number}")
            total = total + mean @ weights + bias
        if self.columns is None:
            return total
        undecided = torch.logsumexp(total, -1, keepdim=True) - math.log(self._known)
        return torch.cat([total, undecided], -1).index_select(1, self.columns)


class WordsGraph(nn.Module):
    """``model.evidence.SceneEvidence``: log-probabilities by what the words expect."""

    def __init__(self, evidence: Evidence) -> None:
        super().__init__()
        self.bands = _kept(evidence.bands)
        self.shapes = _kept(evidence.shapes)
        self._root = math.sqrt(len(evidence.bands))
        norms = np.linalg.norm(evidence.templates, axis=1)
        self.levels = _kept(np.log(norms / self._root + DARKNESS).astype(np.float32))
        self.known = _kept(evidence.known)
        self._all_known = bool(evidence.known.all())
        self._known_count = int(evidence.known.sum())

    def forward(self, spectra: Tensor, scale: Tensor) -> Tensor:
        x = spectra.index_select(1, self.bands) * scale
        norm = x.square().sum(-1).sqrt()
        cosine = (x / norm.clamp(min=expectation.LEAST_NORM)[:, None]) @ self.shapes.T
        level = (torch.log(norm / self._root + DARKNESS)[:, None] - self.levels).abs()
        evidence = SHAPE_WEIGHT * (cosine - 1) - level
        if not self._all_known:
            known = torch.where(self.known, evidence, torch.zeros_like(evidence))
            mean = known.sum(-1, keepdim=True) / self._known_count
            evidence = torch.where(self.known, evidence, mean)
        agreement = torch.softmax(SHARPNESS * evidence, -1)
        return torch.log((1 - DOUBT) * agreement + DOUBT / agreement.shape[-1])


class UnshownGraph(nn.Module):
    """``model.word_classes.WordClasses.log_probability``."""

    def __init__(self, unshown: WordClasses, wanted: tuple[int, ...]) -> None:
        super().__init__()
        here = np.isin(wanted, unshown.ids)
        self.here, self.there = _kept(np.flatnonzero(here)), _kept(np.flatnonzero(~here))
        self.order = _kept(np.argsort(np.concatenate([np.flatnonzero(~here), np.flatnonzero(here)])))
        self._share = float(unshown.share)

    def forward(self, scores: Tensor, words: Tensor, scale: Tensor, novelty: Tensor | None) -> Tensor:
        shown = torch.log_softmax(scores.index_select(1, self.there), -1)
        said = words.exp()
        rival = said.index_select(1, self.there).amax(-1, keepdim=True)
        own = said.index_select(1, self.here)
        claims = self._share * own / (rival + own.sum(-1, keepdim=True))
        claims = torch.where(scale > 0, claims, torch.zeros_like(claims))
        if novelty is not None:
            claims = torch.where(novelty[:, None] > LIKE_LABELS, claims, torch.zeros_like(claims))
        shown = shown + torch.log1p(-claims.sum(-1, keepdim=True))
        return torch.cat([shown, claims.clamp(min=float(LEAST)).log()], -1).index_select(1, self.order)


class NoveltyGraph(nn.Module):
    """``model.novelty.Novelty`` of spectra (n, good bands), shape (n,)."""

    def __init__(self, novelty: Novelty) -> None:
        super().__init__()
        self._bases = list(novelty.axes)
        for base, axes in novelty.axes.items():
            setattr(self, f"axes_{base}", _kept(axes))
        self.centre, self.shown = _kept(novelty.centre), _kept(novelty.shown)

    def forward(self, spectra: Tensor) -> Tensor:
        views = {"reflectance": spectra, "shape": _unit(spectra, DARK)}
        parts = [views[base] @ getattr(self, f"axes_{base}") for base in self._bases]
        here = torch.cat(parts, -1) - self.centre
        squares = self.shown.square().sum(-1) - 2 * here @ self.shown.T
        least = squares.amin(-1) + here.square().sum(-1)
        return least.clamp(min=0).sqrt()


def _words(model: S3FNModel) -> WordsGraph | None:
    """None where the model's words have no say."""
    bands = model.preprocess.bands
    if bands.wavelengths is None or not (model.evidence_weight or model.word_classes):
        return None
    evidence = Evidence.on(expectations(model.classes), bands.wavelengths, bands.good)
    return None if evidence is None else WordsGraph(evidence)


def _unit(spectra: Tensor, least: float) -> Tensor:
    norm = spectra.square().sum(-1, keepdim=True).sqrt()
    return spectra / norm.clamp(min=least)


def _kept(array: FloatArray | np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> nn.Buffer:
    return nn.Buffer(torch.from_numpy(np.ascontiguousarray(array)))
