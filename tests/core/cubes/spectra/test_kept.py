"""Spectra that a project keeps."""

from __future__ import annotations

import numpy as np

from s3fn_core.cubes.spectra.axis import BandAxis
from s3fn_core.cubes.spectra.kept import kept_from, libraries_from

BANDS = 6


def test_kept_spectra_that_do_not_fit_any_more_are_left_out() -> None:
    axis = BandAxis(None, np.ones(BANDS, bool))
    look = {"name": "a", "colour": "#112233"}
    records = [
        {**look, "box": [0, 0, 99, 1]},
        {**look, "values": [1.0, None]},
        {"box": [0, 0, 1, 1]},
        7,
        {**look, "box": [0, 0, 1, 1]},
        {**look, "values": [0.5] * (BANDS - 1) + [None]},
    ]
    found = kept_from(records, (30, 40), axis)
    assert [kept.box for kept in found] == [(0, 0, 1, 1), None]
    assert kept_from("no list", (30, 40), axis) == ()
    assert libraries_from([{**look, "values": [1.0], "wavelengths": [1, 2]}]) == ()
