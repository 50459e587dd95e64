from __future__ import annotations

import numpy as np
import pytest
import torch

from s3fn_core.model import inference
from s3fn_core.model.config import TrainConfig
from s3fn_core.model.dataset import LabelledCube, read_patches
from s3fn_core.model.inference import predict
from s3fn_core.model.training import train
from s3fn_core.progress import run

from .scenes import QUICK, classes, small_cnn, some_labels, stripes


@pytest.mark.parametrize("config", [QUICK, small_cnn()], ids=["pixel", "cnn3d"])
@pytest.mark.parametrize("tile", [7, 16, 200])
def test_a_map_is_what_patch_by_patch_gives(
    config: TrainConfig, tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Borders included, and whatever the tiles."""
    cube = stripes(23, 19)
    labels = some_labels(cube, 20)
    model = run(train([LabelledCube(cube, labels)], classes(), config, device="cpu")).model
    monkeypatch.setattr(inference, "TILE", dict.fromkeys(inference.TILE, tile))
    dense = run(predict(model, cube, device="cpu"))
    every = np.stack(np.indices(cube.shape[:2]), -1).reshape(-1, 2)
    patches = model.preprocess.transform(read_patches(cube, every, model.config.patch))
    with torch.no_grad():
        inputs = torch.from_numpy(patches.transpose(0, 3, 4, 1, 2).copy())
        probability = torch.softmax(model.network(inputs), 1).numpy()
    measured = dense.ids > 0
    np.testing.assert_allclose(
        dense.confidence[measured],
        probability.max(1).reshape(cube.shape[:2])[measured],
        atol=1e-4,
    )
    chosen = np.array([1, 2])[probability.argmax(1)].reshape(cube.shape[:2])
    sure = measured & (dense.confidence > 0.5 + 1e-3)
    np.testing.assert_array_equal(dense.ids[sure], chosen[sure])


def test_background_and_missing_values_get_no_class() -> None:
    cube = stripes(20, 24)
    model = run(
        train([LabelledCube(cube, some_labels(cube))], classes(), QUICK, device="cpu")
    ).model
    data = np.asarray(cube.data).copy()
    data[3, 4] = -1.0
    data[5, 6] = np.nan
    data[7, 8] = 0
    result = run(predict(model, cube.with_(data=data, nodata=-1.0), device="cpu"))
    for place in ((3, 4), (5, 6), (7, 8), (19, 0)):
        assert result.ids[place] == 0
        assert result.confidence[place] == 0
    assert np.isfinite(result.confidence).all()
