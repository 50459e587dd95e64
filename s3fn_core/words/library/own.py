"""The user's own spectra as entries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.quantity import LARGEST_REFLECTANCE
from s3fn_core.cubes.spectra import tables
from s3fn_core.cubes.spectra.library import SpectralLibrary
from s3fn_core.errors import WordsError
from s3fn_core.languages import tr
from s3fn_core.quoting import listed
from s3fn_core.types import FloatArray
from s3fn_core.words.expectation import MIN_BANDS
from s3fn_core.words.library.entries import Entry

LICENCE = "own file"
SCALES = ((LARGEST_REFLECTANCE, 1.0), (100 * LARGEST_REFLECTANCE, 1e-2), (1e4 * LARGEST_REFLECTANCE, 1e-4))
"""Largest usual value, and factor to reflectance."""
_USUAL = 95  # per cent of the values; glints and noise lie beyond
_NAMED = 5  # spectra that a note names


@dataclass(frozen=True)
class Own:
    """Entries of a file, and what was made of its values."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


@checked(WordsError)
def entries_of(library: SpectralLibrary, source: str) -> tuple[Entry, ...]:
    """The spectra of a library as entries; see :func:`own_entries`, which also tells of guesses.

    Parameters
    ----------
    library : SpectralLibrary
    source : str
        Name of the file, which is their collection.
    """
    return own_entries(library, source).entries


@checked(WordsError)
def own_entries(library: SpectralLibrary, source: str) -> Own:
    """The spectra of a library as entries, and notes.

    Values in per cent or times 10,000 are brought to fractions.  Spectra with fewer than five
    values and those that are zero are left out; so are all spectra where the values are too large
    to be reflectance.  Columns of standard deviations go to the spectra that they belong to.

    Parameters
    ----------
    library : SpectralLibrary
    source : str
        Name of the file, which is their collection.
    """
    factor, notes = factor_of(library.spectra, source)
    if factor is None:
        return Own((), notes)
    axis, order = np.unique(library.wavelengths, return_index=True)
    axis.flags.writeable = False
    entries, short = [], []
    for (name, values, deviation), origin in zip(tables.means(library), _origins(library), strict=True):
        known = np.isfinite(values[order])
        if known.sum() < MIN_BANDS or not values[order][known].any():
            short.append(name)
            continue
        spread = None if deviation is None else deviation[order] * np.float32(factor)
        entries.append(
            Entry(
                name=name.strip() or "unnamed",
                collection=source,
                group="",
                geometry="unknown",
                count=1,
                source=origin or source,
                licence=LICENCE,
                wavelengths=axis,
                reflectance=values[order] * np.float32(factor),
                deviation=spread,
            )
        )
    return Own(tuple(entries), (*notes, *_left_out(short, source)))


def _origins(library: SpectralLibrary) -> list[str]:
    """Where each of the means comes from, empty where the file does not say."""
    deviations = {name + tables.DEVIATION for name in library.names}
    sources = library.sources or ("",) * len(library.names)
    return [s for name, s in zip(library.names, sources, strict=True) if name not in deviations]


def factor_of(spectra: FloatArray, source: str) -> tuple[float | None, tuple[str, ...]]:
    """What brings values to fractions, None where they can be no reflectance; and what to say."""
    values = np.abs(spectra[np.isfinite(spectra)])
    usual = float(np.percentile(values, _USUAL)) if values.size else 0.0
    guesses = {
        1e-2: tr("{source}: the values were taken for per cent.", source=source),
        1e-4: tr("{source}: the values were taken for reflectance times 10,000.", source=source),
    }
    for largest, factor in SCALES:
        if usual <= largest:
            return factor, (guesses[factor],) if factor in guesses else ()
    return None, (
        tr(
            "{source}: values of {usual:,.0f} are not reflectance, so its spectra are left out.",
            source=source,
            usual=usual,
        ),
    )


def _left_out(names: list[str], source: str) -> tuple[str, ...]:
    if not names:
        return ()
    quoted = [f'"{name}"' for name in names[:_NAMED]]
    if more := len(names) - len(quoted):
        text = tr(
            "{source}: {names} and {more} more left out: fewer than {least} values, or all of them 0.",
            source=source,
            names=", ".join(quoted),
            more=more,
            least=MIN_BANDS,
        )
    else:
        text = tr(
            "{source}: {names} left out: fewer than {least} values, or all of them 0.",
            source=source,
            names=listed(quoted),
            least=MIN_BANDS,
        )
    return (text,)
