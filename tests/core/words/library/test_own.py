"""The user's own spectra as entries of a library."""

from __future__ import annotations

import numpy as np
import pytest

from s3fn_core.cubes.spectra.library import SpectralLibrary
from s3fn_core.cubes.spectra.tables import DEVIATION
from s3fn_core.words.library.own import entries_of, own_entries

WAVES = np.linspace(900.0, 400.0, 11)
VALUES = np.linspace(0.9, 0.1, 11, dtype=np.float32)


def library(*spectra: object, names: tuple[str, ...] = ("leaf",)) -> SpectralLibrary:
    return SpectralLibrary(names, WAVES, np.array(spectra, np.float32))


@pytest.mark.parametrize(
    ("factor", "said"), [(1, ""), (100, "per cent"), (10_000, "reflectance times 10,000")]
)
def test_values_become_fractions(factor: float, said: str) -> None:
    own = own_entries(library(VALUES * factor), "field.csv")
    (entry,) = own.entries
    assert entry.reflectance == pytest.approx(VALUES[::-1], rel=1e-5)
    assert (np.diff(entry.wavelengths) > 0).all()
    assert (entry.name, entry.collection, entry.source) == ("leaf", "field.csv", "field.csv")
    assert entry.provenance == "leaf in field.csv (own file)"
    assert said in " ".join(own.notes)
    assert bool(own.notes) == bool(said)


def test_counts_are_no_reflectance() -> None:
    own = own_entries(library(VALUES * 60_000), "raw.csv")
    assert not own.entries
    assert "not reflectance" in own.notes[0]


def test_short_and_empty_spectra_are_left_out() -> None:
    few = np.where(np.arange(11) < 4, VALUES, np.nan)
    own = own_entries(library(VALUES, few, VALUES * 0, names=("leaf", "few", "none")), "field.csv")
    assert [entry.name for entry in own.entries] == ["leaf"]
    assert '"few"' in own.notes[0]
    assert '"none"' in own.notes[0]


def test_deviations_go_with_their_means() -> None:
    (entry,) = entries_of(library(VALUES, VALUES / 10, names=("leaf", "leaf" + DEVIATION)), "field.csv")
    assert entry.deviation == pytest.approx(VALUES[::-1] / 10)


def test_a_spectrum_says_where_it_comes_from() -> None:
    read = SpectralLibrary(("leaf",), WAVES, VALUES[None], sources=("measured by ASD",))
    (entry,) = entries_of(read, "field")
    assert (entry.collection, entry.source) == ("field", "measured by ASD")
