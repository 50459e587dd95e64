"""What every test may use."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

GARBAGE = 10_000  # new containers

# No example is timed: machines differ.  In CI the examples are always the same, so that a change is
# judged by what it changes; by hand every run tries others.
settings.register_profile("s3fn", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("s3fn")


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Folder of measured data (not part of the product): S3FN_DATA, else ../shared/data."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("S3FN_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"measured data not found in {folder} (S3FN_DATA names their folder)")
    return folder


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect garbage between tests where the window has taken that over from Python."""
    yield
    young, _, old = gc.get_count()
    if not gc.isenabled() and young > GARBAGE:
        gc.collect(2 if old > gc.get_threshold()[2] else 1)
