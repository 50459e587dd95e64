from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import open_cube
from s3fn_core.cubes.formats.envi.writing import write_envi
from s3fn_core.cubes.pages import release
from s3fn_core.errors import ExportError, ModelError
from s3fn_core.labels.classes import Description
from s3fn_core.model.applying import rewording
from s3fn_core.model.applying.features import compute_features
from s3fn_core.model.applying.inference import (
    MapOptions,
    mapper_of_model,
    mapper_of_words,
    predict,
    predict_from_words,
    rescore,
    reworded,
)
from s3fn_core.model.applying.mapper import Mapper, blocks_of
from s3fn_core.model.applying.objects import predict_objects
from s3fn_core.model.applying.prediction import Prediction
from s3fn_core.model.applying.rescoring import Rescorer
from s3fn_core.model.applying.storage import scratch
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.model.config import PRESET_NAMES
from s3fn_core.model.dataset import read_patches
from s3fn_core.model.evidence import scene_evidence
from s3fn_core.model.network.modules import PixelBackbone
from s3fn_core.model.novelty import Novelty
from s3fn_core.model.preprocess import apply_bands, match_bands
from s3fn_core.progress import run
from s3fn_core.types import FloatArray
from tests.core.model.models import embed, small, untrained
from tests.core.model.scenes import classes, stripes

SPECTRA = (
    "Expected reflectance: 500 nm 10 %, 700 nm 28 %, 960 nm 50 %.",
    "Expected reflectance: 500 nm 40 %, 680 nm 15 %, 960 nm 40 %.",
)
DESCRIBED = classes()
for number, text in enumerate(SPECTRA, 1):
    DESCRIBED = DESCRIBED.changed(number, descriptions=(Description(text),))


def patch_by_patch(model: S3FNModel, cube: Cube) -> FloatArray:
    """Probabilities (lines, samples, classes) by the patch form of the network, one by one."""
    every = np.stack(np.indices(cube.shape[:2]), -1).reshape(-1, 2)
    patches = read_patches(cube, every, model.config.patch)
    patches = apply_bands(patches, match_bands(cube, model.preprocess.bands))
    inputs = model.preprocess.transform(patches).transpose(0, 3, 4, 1, 2)
    with torch.no_grad():
        scores = model.network(torch.from_numpy(inputs.copy())).numpy()
    if model.evidence_weight:
        words = scene_evidence(model.classes, cube)
        assert words is not None
        scores += model.evidence_weight * words(np.nan_to_num(cube.read()).reshape(len(every), -1))
    return softmax(scores, 1).reshape(*cube.shape[:2], -1)


@settings(max_examples=20)
@given(data=st.data())
@pytest.mark.parametrize("name", PRESET_NAMES)
def test_a_map_is_what_patch_by_patch_gives(name: str, data: st.DataObject) -> None:
    """In every class probability, whatever the sizes, borders and another camera included."""
    sizes = st.integers(3, 20)
    lines, samples, tile = (data.draw(sizes, n) for n in ("lines", "samples", "tile"))
    patch = 5 if name == "pixel" else data.draw(st.integers(14, 19), "patch")
    cube = stripes(lines, samples, seed=data.draw(st.integers(0, 9)))
    model = untrained(small(name, patch).with_(seed=lines), stripes(9, 9), DESCRIBED)
    if name != "paper" and data.draw(st.booleans(), "evidence"):
        model = replace(model, evidence_weight=1.5)
    if data.draw(st.booleans(), "another camera"):
        assert cube.wavelengths is not None
        keep = np.r_[0:24:2, 23]  # every other band, in falling order
        keep = keep[np.argsort(-cube.wavelengths[keep])]
        cube = cube.with_(data=cube.data[:, :, keep], wavelengths=cube.wavelengths[keep])
        cube = cube.with_(good_bands=np.ones(len(keep), bool))
    dense = run(predict(model, cube, device="cpu", probabilities=True, tile=tile))
    assert dense.probabilities is not None
    measured = np.any(np.asarray(cube.data) != 0, axis=2)
    expected = patch_by_patch(model, cube)
    np.testing.assert_allclose(dense.probabilities[measured], expected[measured], atol=1e-4)
    assert (dense.probabilities[~measured] == 0).all()
    np.testing.assert_array_equal(dense.confidence, dense.probabilities.max(-1))
    chosen = np.array(model.classes.ids)[dense.probabilities.argmax(-1)]
    np.testing.assert_array_equal(dense.ids, np.where(measured, chosen, 0))


def test_background_and_missing_values_get_no_class() -> None:
    cube = stripes(20, 24)
    model = untrained(small("pixel"), cube)
    data = np.asarray(cube.data).copy()
    data[3, 4] = -1.0
    data[5, 6] = np.nan
    data[7, 8] = 0
    result = run(predict(model, cube.with_(data=data, nodata=-1.0), device="cpu"))
    for place in ((3, 4), (5, 6), (7, 8), (19, 0)):
        assert result.ids[place] == 0
        assert result.confidence[place] == 0
    assert np.isfinite(result.confidence).all()


@pytest.mark.parametrize("name", PRESET_NAMES)
@pytest.mark.parametrize("weight", [0.0, 1.5])
def test_the_same_words_give_the_same_map_to_the_last_bit(name: str, weight: float) -> None:
    cube = stripes(21, 23)
    model = replace(untrained(small(name), cube, DESCRIBED), evidence_weight=weight)
    predicted = run(predict(model, cube, device="cpu", probabilities=True, tile=9))
    with run(compute_features(model, cube, device="cpu", tile=9)) as features:
        again = embed(DESCRIBED, model.config.fusion.pooling)
        for words in ((), (DESCRIBED,), (DESCRIBED, again)):
            rescored = run(rescore(features, *words, probabilities=True))
            np.testing.assert_array_equal(rescored.ids, predicted.ids)
            np.testing.assert_array_equal(rescored.confidence, predicted.confidence)
            np.testing.assert_array_equal(rescored.probabilities, predicted.probabilities)
    with pytest.raises(ModelError, match="compute them again"):
        run(rescore(features))


def in_blocks(mapper: Mapper, cube: Cube, count: int) -> Prediction:
    """A map that is put together from its blocks, the last first."""
    lines = blocks_of(cube, mapper.side, count)
    assert len(lines) == min(count, -(-cube.lines // mapper.side))
    return run(mapper.joined(iter([run(mapper.block(block)) for block in lines[::-1]])))


def assert_alike(found: Prediction, whole: Prediction) -> None:
    for name in ("ids", "confidence", "probabilities", "novelty"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name), name)
    assert found.notes == whole.notes
    assert found.next_best is not None
    assert whole.next_best is not None
    np.testing.assert_array_equal(found.next_best.ids, whole.next_best.ids)


@pytest.mark.parametrize("name", PRESET_NAMES)
@pytest.mark.parametrize("strength", [0.0, 0.1, 4.0])
def test_blocks_make_the_map_that_is_drawn_whole_to_the_last_bit(name: str, strength: float) -> None:
    cube = stripes(70, 23)
    model = replace(untrained(small(name), cube, DESCRIBED), smoothing=strength, evidence_weight=1.5)
    axes = np.eye(int(model.preprocess.bands.good.sum()), 3, dtype=np.float32)
    model = replace(model, novelty=Novelty({"reflectance": axes}, axes[0], axes))
    whole = run(predict(model, cube, device="cpu", probabilities=True, tile=9))
    for count in (2, 5, 99):
        mapper = mapper_of_model(model, cube, MapOptions(probabilities=True, tile=9), device="cpu")
        assert_alike(in_blocks(mapper, cube, count), whole)


def test_blocks_of_a_guess_from_words_make_it_to_the_last_bit(tmp_path: Path) -> None:
    cube = stripes(400, 9)
    whole = run(predict_from_words(DESCRIBED, cube, probabilities=True))
    assert_alike(in_blocks(mapper_of_words(DESCRIBED, cube, MapOptions(probabilities=True)), cube, 3), whole)
    mapper = mapper_of_words(DESCRIBED, cube)
    blocks = [run(mapper.block(lines)) for lines in blocks_of(cube, mapper.side, 3)]
    into_files = run(mapper_of_words(DESCRIBED, cube, MapOptions(into=tmp_path)).joined(iter(blocks)))
    np.testing.assert_array_equal(into_files.ids, whole.ids)
    assert isinstance(into_files.ids, np.memmap)


def test_other_words_give_the_map_of_a_model_with_these_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class that was edited, one that is new and one that is gone, without the backbone."""
    cube = stripes(20, 20)
    model = untrained(small("pixel"), cube)
    features = run(compute_features(model, cube, device="cpu"))
    words = classes().added("water").removed(1)
    words = words.changed(2, descriptions=(Description("Dark blue, smooth and wet."),))
    vectors = embed(words)
    with monkeypatch.context() as patched:
        patched.setattr(PixelBackbone, "dense", lambda *_: pytest.fail("the backbone was run"))
        rescored = run(rescore(features, words, vectors, probabilities=True))
    other = untrained(small("pixel"), cube, words)
    assert set(np.unique(rescored.ids)) <= {0, 2, 3}
    np.testing.assert_array_equal(
        run(predict(other, cube, device="cpu", probabilities=True)).probabilities, rescored.probabilities
    )
    own = run(rescore(features, probabilities=True))
    assert own.classes == classes()
    assert not np.array_equal(own.probabilities, rescored.probabilities)


def test_new_expectations_change_the_map_without_new_embeddings() -> None:
    cube = stripes(20, 20)
    model = untrained(small("pixel"), cube)
    features = run(compute_features(model, cube, device="cpu"))
    rescored = run(rescore(features, DESCRIBED, evidence_weight=20.0))
    known = rescored.ids > 0
    stripe = np.where(np.arange(20) // 6 % 2 == 0, 1, 2)
    assert (rescored.ids == stripe)[known].mean() > 0.95


def test_other_words_are_embedded_unless_somebody_did(monkeypatch: pytest.MonkeyPatch) -> None:
    cube = stripes(20, 20)
    model = untrained(small("pixel"), cube)
    words = classes().added("water").changed(2, descriptions=(Description("Dark blue and wet."),))
    given, made = reworded(model, words, embed(words)), reworded(model, words)
    assert torch.equal(made.network.projection.embeddings, given.network.projection.embeddings)
    with run(compute_features(model, cube, device="cpu")) as features:
        maps = [run(rescore(features, words, e, probabilities=True)) for e in (embed(words), None)]
        np.testing.assert_array_equal(maps[0].probabilities, maps[1].probabilities)
        only = classes().changed(2, descriptions=(Description("Dark blue and wet."),))
        own, other = (run(rescore(features, *w, probabilities=True)).probabilities for w in ((), (only,)))
        assert not np.array_equal(own, other)
    monkeypatch.setattr(rewording, "encode_classes", lambda *_, **__: pytest.fail("embedded again"))
    for same in (classes(), classes().changed(1, color="#112233")):  # no text has changed
        assert reworded(model, same).network is model.network


def test_words_that_do_not_fit_are_refused() -> None:
    cube = stripes(9, 9)
    model = untrained(small("pixel"), cube)
    vectors = embed(classes())
    with pytest.raises(ModelError, match="embed the descriptions of these classes"):
        reworded(model, classes().added("water"), vectors)
    with pytest.raises(ModelError, match="embed the descriptions of these classes"):
        reworded(model, classes().added("water"), embed(classes().removed(1)))
    with pytest.raises(ModelError, match="label pooling, but the model"):
        reworded(model, classes(), replace(vectors, pooling="label"))
    with pytest.raises(ModelError, match='"roberta"'):
        reworded(model, classes(), replace(vectors, encoder="roberta"))


def test_what_was_measured_in_its_own_words_is_not_told_of_others() -> None:
    cube = stripes(9, 9)
    measured = {
        "held_out": {"oa": 0.94, "count": 300},
        "map_accuracy": {},
        "split": "blocks",
        "device": "cpu",
    }
    model = replace(untrained(small("pixel"), cube), metrics=measured)
    other = reworded(model, DESCRIBED, embed(DESCRIBED))
    assert other.metrics == {"split": "not measured with these descriptions", "device": "cpu"}
    assert "held_out" not in run(predict(other, cube, device="cpu")).metrics
    assert reworded(model, classes(), embed(classes())).metrics == measured
    louder = reworded(model, classes(), embed(classes()), evidence_weight=model.evidence_weight + 1)
    assert "held_out" not in louder.metrics


def test_rewording_leaves_the_model_as_it_was() -> None:
    model = untrained(small("pixel"), stripes(9, 9))
    before = model.network.projection.embeddings.clone()
    other = reworded(model, DESCRIBED, embed(DESCRIBED))
    assert torch.equal(model.network.projection.embeddings, before)
    assert not torch.equal(other.network.projection.embeddings, before)
    assert other.network.backbone is model.network.backbone


def test_features_beyond_memory_lie_in_a_file_that_goes_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    cube = stripes(20, 20)
    model = untrained(small("pixel"), cube)
    kept = run(compute_features(model, cube, device="cpu"))
    filed = run(compute_features(model, cube, device="cpu", memory=1000))
    assert isinstance(filed.values, np.memmap)
    assert not isinstance(kept.values, np.memmap)
    np.testing.assert_array_equal(filed.values, kept.values)
    np.testing.assert_array_equal(run(rescore(filed)).ids, run(rescore(kept)).ids)
    filed.close()
    assert not list(tmp_path.iterdir())


def test_private_changes_of_a_memory_map_are_not_let_go(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros(10_000))
    private = np.load(tmp_path / "a.npy", mmap_mode="c")
    private[:] = 1
    release(private)
    assert private.all()
    shared = np.load(tmp_path / "a.npy", mmap_mode="r+")
    shared[:] = 2
    release(shared[5:])
    assert (shared == 2).all()
    assert (np.load(tmp_path / "a.npy") == 2).all()


def test_a_full_temporary_folder_is_told() -> None:
    with pytest.raises(ExportError, match="TMPDIR"):
        scratch((2**40, 2**20), np.float32, memory=0)


def test_maps_larger_than_memory_go_to_a_folder(tmp_path: Path) -> None:
    scene = stripes(20, 23)
    header = write_envi(scene, tmp_path / "scene.hdr", scene.wavelengths)
    cube = open_cube(header)
    model = untrained(small("pixel"), cube)
    out = tmp_path / "new" / "maps"
    there = run(predict(model, cube, device="cpu", probabilities=True, into=out, tile=8))
    here = run(predict(model, cube, device="cpu", probabilities=True, tile=8))
    assert sorted(path.name for path in out.iterdir()) == [
        "scene_classes.npy",
        "scene_confidence.npy",
        "scene_probabilities.npy",
    ]
    for name, found, expected in (
        ("classes", there.ids, here.ids),
        ("confidence", there.confidence, here.confidence),
        ("probabilities", there.probabilities, here.probabilities),
    ):
        assert isinstance(found, np.memmap)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(np.load(out / f"scene_{name}.npy"), expected)
    features = run(compute_features(model, cube, device="cpu", into=out, tile=8))
    np.testing.assert_array_equal(np.load(out / "scene_features.npy"), features.values)
    np.testing.assert_array_equal(run(rescore(features)).confidence, here.confidence)


@pytest.mark.parametrize("how", ["cancelled", "failed"])
def test_a_map_that_was_not_finished_leaves_nothing(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cube = stripes(20, 20)
    model = untrained(small("pixel"), cube)
    earlier = tmp_path / "stripes_classes.npy"
    earlier.write_bytes(b"an earlier map")
    operation = predict(model, cube, device="cpu", into=tmp_path, tile=8)
    for _ in range(4):
        next(operation)
    assert len(list(tmp_path.iterdir())) == 3  # the earlier map and two drafts
    if how == "cancelled":
        operation.close()
    else:
        monkeypatch.setattr(Cube, "window", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run(operation)
    assert list(tmp_path.iterdir()) == [earlier]
    assert earlier.read_bytes() == b"an earlier map"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    cube = stripes(9, 9)
    with pytest.raises(ExportError, match="Choose another folder"):
        run(predict(untrained(small("pixel"), cube), cube, into=tmp_path / "file", device="cpu"))


def test_reading_a_large_file_does_not_fill_the_memory(tmp_path: Path) -> None:
    """What was read of a memory-mapped cube is let go again while the map is made."""
    status = Path("/proc/self/status")
    if not status.is_file():
        pytest.skip("no /proc on this system")

    def mapped() -> int:
        (line,) = [li for li in status.read_text().splitlines() if li.startswith("RssFile")]
        return int(line.split()[1]) // 1024

    lines, samples, bands = 1024, 160, 120  # 79 MB of background
    np.lib.format.open_memmap(tmp_path / "large.npy", "w+", np.float32, (lines, samples, bands))
    cube = open_cube(tmp_path / "large.npy")
    config = small("pixel")
    model = untrained(config, Cube(np.random.default_rng(0).random((4, 8, bands)), "some"))
    before = mapped()
    most = 0

    def watch(_: object) -> None:
        nonlocal most
        most = max(most, mapped() - before)

    run(predict(model, cube, device="cpu", tile=64), watch)
    assert most < 30


def test_a_map_carries_what_was_measured_of_its_model_and_of_no_other() -> None:
    cube = stripes()
    model = replace(untrained(small("pixel"), cube), metrics={"held_out": {"oa": 0.9}})
    assert run(predict(model, cube, device="cpu")).metrics == model.metrics
    features = run(compute_features(model, cube, device="cpu"))
    assert run(rescore(features)).metrics == model.metrics
    assert not run(rescore(features, evidence_weight=0.5)).metrics


def test_no_map_is_given_where_nothing_can_be_told() -> None:
    """A NaN would be called the first class everywhere."""
    cube = stripes(20, 20)
    model = untrained(small("pixel"), cube, DESCRIBED)
    objects = np.where(np.arange(20) // 6 % 2 == 0, 1, 2)[None].repeat(20, 0)
    with run(compute_features(model, cube, device="cpu")) as features:
        model.network.projection.linear.weight.data[0, 0] = torch.nan
        for operation in (
            predict(model, cube, device="cpu"),
            rescore(features),
            Rescorer(features).classify(model),
            predict_objects(model, cube, objects, device="cpu"),
            predict(replace(untrained(small("pixel"), cube, DESCRIBED), evidence_weight=np.nan), cube),
        ):
            with pytest.raises(ModelError, match="some pixels of stripes"):
                run(operation)
