"""Cases in which the fuzz once failed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.cubes import Files


@pytest.mark.parametrize(("kind", "seed"), [("packed_pages.tif", 10919), ("pages.tif", 49984)])
def test_pages_whose_type_is_damaged_are_an_error(kind: str, seed: int, tmp_path: Path) -> None:
    """tifffile only asserts that it knows the type of a page's values."""
    assert Files(tmp_path).try_one(kind, seed).what == "CubeError"
