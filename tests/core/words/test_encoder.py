"""Label embeddings, with the bundled encoder and with tiny random BERT and RoBERTa models."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from s3fn_core.errors import WordsError
from s3fn_core.labels.classes import ClassSet, Description
from s3fn_core.progress import Progress, run
from s3fn_core.words import cache, encoder, transformer
from s3fn_core.words.encoder import LabelEmbeddings, Pooling, encode_classes, encode_texts
from s3fn_core.words.transformer import TextEncoder, fingerprint, locate

WORDS = [
    "tree",
    "soil",
    "water",
    "river",
    "street",
    "leaf",
    "leaves",
    "green",
    "dark",
    "bright",
    "the",
    "of",
    "a",
    "is",
    "low",
    "vegetation",
    "ripe",
    "kiwi",
]
SIZES = {"hidden_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}


@pytest.fixture(autouse=True)
def cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_memory", {})
    monkeypatch.setattr(cache, "cache_folder", lambda: tmp_path / "cache")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = [chr(c) for c in range(97, 123)] + [f"##{chr(c)}" for c in range(97, 123)]
    vocabulary = {token: i for i, token in enumerate([*special, *pieces, *WORDS])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    folder = tmp_path_factory.mktemp("bert")
    names = dict(
        zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), special, strict=True)
    )
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, **names).save_pretrained(folder)
    torch.manual_seed(0)
    config = BertConfig(vocab_size=len(vocabulary), max_position_embeddings=40, **SIZES)
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def roberta(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import RobertaConfig, RobertaModel, RobertaTokenizerFast

    folder = tmp_path_factory.mktemp("roberta")
    bpe = ByteLevelBPETokenizer()
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    bpe.train_from_iterator([" ".join(WORDS)] * 3, vocab_size=300, special_tokens=special)
    bpe.save_model(str(folder))
    tokenizer = RobertaTokenizerFast.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = RobertaConfig(vocab_size=len(tokenizer), max_position_embeddings=42, **SIZES)
    RobertaModel(config).save_pretrained(folder)
    return folder


def class_set(**texts: str) -> ClassSet:
    classes = ClassSet()
    for name, text in texts.items():
        classes = classes.added(name)
        paragraphs = (Description(text),) if text else ()
        classes = classes.changed(classes.ids[-1], descriptions=paragraphs)
    return classes


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("model", ["bert", "roberta"])
@pytest.mark.parametrize("pooling", ["mean", "label", "cls"])
def test_local_models_run_without_network(
    model: str, pooling: Pooling, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(model)
    classes = class_set(tree="The tree is green.", water="Water is dark. " * 40, soil="")
    result = run(encode_classes(classes, encoder=str(folder), pooling=pooling))

    assert result.vectors.shape == (3, 24)
    assert result.vectors.dtype == np.float32
    assert np.isfinite(result.vectors).all()
    assert result.class_ids == (1, 2, 3)
    assert result.chunks[0] == 1
    assert result.chunks[1] > 3  # 40 positions
    assert result.tokens[1] >= 160
    assert result.fingerprint == fingerprint(folder)
    assert "Without a description, known by name only: soil." in result.notes


@pytest.mark.parametrize("model", ["bert", "roberta"])
def test_window_leaves_the_position_table_whole(model: str, request: pytest.FixtureRequest) -> None:
    loaded = TextEncoder.load(request.getfixturevalue(model))
    assert loaded.window == 40  # RoBERTa's table of 42 begins at position 2
    assert loaded.embed("tree water soil " * 300, "mean").chunks > 10


def test_label_pooling_takes_exactly_the_tokens_of_the_name(roberta: Path) -> None:
    import torch

    loaded = TextEncoder.load(roberta)
    text = "The low vegetation is green; Low  Vegetation, not street."
    encoded = loaded.tokenizer(text, return_offsets_mapping=True, return_tensors="pt")
    spans = encoded.pop("offset_mapping")[0].tolist()
    inside = [k for k, (a, b) in enumerate(spans) if 4 <= a < b <= 18 or 29 <= a < b <= 44]
    covered = "".join(text[a:b] for a, b in (spans[k] for k in inside))
    assert covered.replace(" ", "") == "lowvegetationLowVegetation"
    with torch.inference_mode():
        states = loaded.model(**encoded).last_hidden_state[0]
    expected = states[inside].mean(0).numpy()
    np.testing.assert_allclose(loaded.embed(text, "label", "Low vegetation").vector, expected, atol=1e-5)


def test_label_inside_a_longer_word_does_not_count(bert: Path) -> None:
    loaded = TextEncoder.load(bert)
    assert loaded.embed("a dark street", "label", "tree").is_empty
    assert not loaded.embed("dark Trees", "label", "tree").is_empty


def test_label_pooling_of_a_text_without_the_name_falls_back_on_the_mean(bert: Path) -> None:
    classes = class_set(tree="A tree is green.", water="It is dark.")
    by_label = run(encode_classes(classes, encoder=str(bert), pooling="label"))
    by_mean = run(encode_classes(classes, encoder=str(bert), pooling="mean"))
    np.testing.assert_allclose(by_label.vectors[1], by_mean.vectors[1], atol=1e-6)
    assert not np.allclose(by_label.vectors[0], by_mean.vectors[0], atol=1e-3)
    assert by_label.tokens == by_mean.tokens
    assert any('"water" never names it' in note for note in by_label.notes)


def test_every_paragraph_counts_the_same(bert: Path) -> None:
    both = run(encode_classes(class_set(a="green leaf\n\ndark river"), encoder=str(bert)))
    each = run(encode_texts(["green leaf", "dark river"], encoder=str(bert)))
    np.testing.assert_allclose(both.vectors[0], each.mean(axis=0), atol=1e-6)


def test_last_words_of_a_long_text_are_seen(bert: Path) -> None:
    long = "water is dark " * 60
    vectors = run(encode_texts([long, f"{long} bright tree"], encoder=str(bert)))
    assert np.abs(vectors[0] - vectors[1]).max() > 1e-4


@pytest.mark.usefixtures("offline")
def test_bundled_encoder_knows_what_words_mean() -> None:
    classes = class_set(
        tree="A tree has green leaves.", forest="Woodland of many trees.", car="A vehicle with an engine."
    )
    result = run(encode_classes(classes))
    similarity = result.similarity()
    assert result.vectors.shape == (3, 384)
    assert similarity[0, 1] > similarity[0, 2] + 0.2
    np.testing.assert_allclose(np.diag(similarity), 1.0, atol=1e-5)
    np.testing.assert_allclose(similarity, similarity.T, atol=1e-6)


def test_second_time_comes_from_the_cache(
    bert: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    classes = class_set(tree="A tree is green.", water="Water is dark.")
    first = run(encode_classes(classes, encoder=str(bert)))
    assert len(list((tmp_path / "cache").glob("*.npz"))) == 2
    monkeypatch.setattr(cache, "_memory", {})

    def refuse(*args: object) -> None:
        raise AssertionError("the encoder was loaded")

    monkeypatch.setattr(encoder, "_loaded", refuse)
    again = run(encode_classes(classes, encoder=str(bert)))
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert first.tokens == again.tokens
    assert first.chunks == again.chunks


def test_damaged_and_unwritable_caches_cost_nothing_but_time(
    bert: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(encode_texts(["tree"], encoder=str(bert)))
    for file in (tmp_path / "cache").glob("*.npz"):
        file.write_bytes(b"PK damaged")
    monkeypatch.setattr(cache, "_memory", {})
    np.testing.assert_array_equal(first, run(encode_texts(["tree"], encoder=str(bert))))
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setattr(cache, "cache_folder", lambda: blocked / "cache")
    assert run(encode_texts(["water"], encoder=str(bert))).shape == (1, 24)


def test_cached_vectors_belong_to_one_encoder(bert: Path, roberta: Path) -> None:
    one = run(encode_texts(["tree"], encoder=str(bert)))
    other = run(encode_texts(["tree"], encoder=str(roberta)))
    assert not np.allclose(one, other)


def test_progress_rises_and_can_be_closed(bert: Path) -> None:
    classes = class_set(tree="A tree.\n\nIt is green.", water="Dark.")
    reports: list[Progress] = []
    run(encode_classes(classes, encoder=str(bert)), reports.append)
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    operation = encode_classes(class_set(a="new words"), encoder=str(bert))
    next(operation)
    operation.close()


def test_standard_output_stays_clean(bert: Path, capfd: pytest.CaptureFixture[str]) -> None:
    encoder._last.clear()
    run(encode_texts(["tree of water"], encoder=str(bert)))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == ""


def broken_folder(kind: str, folder: Path, bert: Path) -> Path:
    """A folder that is nearly a model."""
    for file in bert.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    damage: dict[str, Callable[[], object]] = {
        "no config": (folder / "config.json").unlink,
        "no weights": (folder / "model.safetensors").unlink,
        "pickle only": lambda: (folder / "model.safetensors").rename(folder / "model.bin"),
        "bad config": lambda: (folder / "config.json").write_text("{}"),
        "bad weights": lambda: (folder / "model.safetensors").write_bytes(b"\0" * 64),
        "no tokenizer": lambda: [f.unlink() for f in folder.glob("token*")],
    }
    damage[kind]()
    return folder


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("no config", "config.json is missing"),
        ("no weights", "safetensors weights"),
        ("pickle only", "can run code"),
        ("bad config", "cannot be loaded"),
        ("bad weights", "cannot be loaded"),
        ("no tokenizer", "no tokenizer"),
    ],
)
def test_broken_folders(kind: str, said: str, bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    broken_folder(kind, folder, bert)
    with pytest.raises(WordsError, match=said):
        run(encode_texts(["tree"], encoder=str(folder)))


@pytest.mark.parametrize("name", ["/nowhere/model", "a b c", "one/two/three"])
def test_names_that_cannot_be_models(name: str) -> None:
    with pytest.raises(WordsError, match="is not a folder"):
        locate(name)


def test_unreachable_hub_points_to_a_local_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(name: str, *, local_files_only: bool = False, **options: object) -> str:
        from huggingface_hub.errors import LocalEntryNotFoundError

        if local_files_only:
            raise LocalEntryNotFoundError("not cached")
        raise OSError("no route to host")

    monkeypatch.setattr("huggingface_hub.snapshot_download", unreachable)
    with pytest.raises(WordsError, match=r"folder.*needs no download"):
        run(encode_texts(["tree"], encoder="roberta-large"))


def test_sentence_transformers_folders_of_the_old_kind(bert: Path, tmp_path: Path) -> None:
    inner = tmp_path / "model" / "0_Transformer"
    inner.mkdir(parents=True)
    for file in bert.iterdir():
        (inner / file.name).write_bytes(file.read_bytes())
    assert run(encode_texts(["tree"], encoder=str(inner.parent))).shape == (1, 24)


def test_nothing_to_embed() -> None:
    with pytest.raises(WordsError, match="no classes"):
        run(encode_classes(ClassSet()))
    with pytest.raises(WordsError, match="no text"):
        run(encode_texts([" "]))


def test_unknown_pooling(bert: Path) -> None:
    with pytest.raises(WordsError, match="mean, label, cls"):
        run(encode_classes(class_set(a="b"), encoder=str(bert), pooling="max"))  # type: ignore[arg-type]


def embeddings(vectors: np.ndarray) -> LabelEmbeddings:
    k = len(vectors)
    return LabelEmbeddings(
        tuple(range(1, k + 1)), vectors.astype(np.float32), "x", "y", "mean", (1,) * k, (1,) * k
    )


@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(2, 6), st.integers(3, 8)),
        elements=st.floats(-5, 5, width=32),
        unique=True,
    ),
    st.floats(-100, 100),
)
def test_centred_unit_vectors_ignore_what_classes_share(vectors: np.ndarray, shift: float) -> None:
    unit = embeddings(vectors).unit(centre=True)
    norms = np.linalg.norm(unit, axis=1)
    assert np.all(np.isclose(norms, 1, atol=1e-5) | (norms == 0))
    distances = np.linalg.norm(vectors - vectors.mean(0), axis=1)
    if distances.min() > 0.1:
        np.testing.assert_allclose(unit, embeddings(vectors + shift).unit(True), atol=1e-2)


def test_identical_texts_and_single_classes() -> None:
    same = embeddings(np.ones((3, 5)) * 0.3)
    assert not same.unit(centre=True).any()
    assert np.allclose(same.similarity(), 1.0)
    assert np.allclose(np.linalg.norm(embeddings(np.ones((1, 5))).unit(True)), 1.0)


def test_texts_that_are_being_typed_leave_nothing_on_disk(bert: Path, tmp_path: Path) -> None:
    words = ClassSet().added("tree").added("soil")
    first = run(encode_classes(words, encoder=str(bert), keep=False))
    assert not (tmp_path / "cache").exists()
    kept = run(encode_classes(words.added("water"), encoder=str(bert)))
    np.testing.assert_array_equal(kept.vectors[:2], first.vectors)
    assert len(list((tmp_path / "cache").iterdir())) == 1  # "water"; the others are in memory


def test_a_long_text_goes_through_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """50,000 tokens at once would need gigabytes; what comes out is the same."""
    default = TextEncoder.load(locate("default"))
    sizes: list[int] = []
    default.model.register_forward_pre_hook(
        lambda module, args, inputs: sizes.append(len(inputs["input_ids"])), with_kwargs=True
    )
    monkeypatch.setattr(transformer, "BATCH", 4)
    text = "Soil is brown and dry; its reflectance rises from 400 to 900 nm. " * 60
    for pooling in transformer.POOLINGS:
        sizes.clear()
        found = default.embed(text, pooling, "soil")
        assert len(sizes) > 1
        assert max(sizes) <= transformer.BATCH
        with monkeypatch.context() as patched:
            patched.setattr(transformer, "BATCH", 10_000)
            at_once = default.embed(text, pooling, "soil")
        np.testing.assert_allclose(found.vector, at_once.vector, atol=1e-5)
        assert (found.tokens, found.chunks) == (at_once.tokens, at_once.chunks)


def test_a_text_that_is_too_long_to_embed_is_refused() -> None:
    with pytest.raises(WordsError, match="10,000,000 letters"):
        run(encode_texts(["x" * 10_000_000]))
