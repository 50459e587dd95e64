"""Pictures of a cube."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.composite import Composite
from s3fn_core.cubes.viewing.picture import draw_band, finished
from s3fn_core.cubes.viewing.rendering import compose
from s3fn_core.progress import run


@pytest.mark.parametrize("dtype", ["u1", "i1", "<u2", ">u2", "<i2", ">i2"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (0, 2, 1)])
@pytest.mark.parametrize("nodata", [None, 7.0])
def test_a_band_of_integers_looks_as_one_of_numbers(
    dtype: str, order: tuple[int, int, int], nodata: float | None
) -> None:
    info = np.iinfo(dtype)
    generator = np.random.default_rng(2)
    values = generator.integers(max(info.min, -900), min(info.max, 4000), (40, 30, 3))
    values[:3], values[3:5] = 7, 0
    laid = np.ascontiguousarray(values.astype(dtype).transpose(order))
    stored = laid.transpose(np.argsort(order))
    cube = Cube(stored, "integers", nodata=nodata, scale=0.5)
    for composite in (
        Composite("band", (1,)),
        Composite("band", (1,), gamma=2.0),
        Composite("band", (1,), limits=((3.0, 50.0),)),
    ):
        quick = run(draw_band(cube, composite))
        slow = finished(compose(cube, composite), cube.band(1)[:, :, None])
        assert np.allclose(quick.limits, slow.limits, rtol=1e-6)
        assert np.array_equal(quick.image, slow.image)
