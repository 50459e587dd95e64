"""Kept spectra on their way to the clipboard and to files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import count
from pathlib import Path

import numpy as np

from s3fn_core.cubes.spectra.axis import BandAxis
from s3fn_core.cubes.spectra.kept import KeptSpectrum
from s3fn_core.cubes.spectra.library import SpectralLibrary, write_library
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.types import FloatArray

WRITTEN_AS = (".csv", ".hdr", ".sli")
DEVIATION = " SD"  # after the name of a mean


def as_text(kept: Iterable[KeptSpectrum]) -> str:
    """A table separated by tabs, as spreadsheets paste it: each axis, then its spectra.

    Values are reflectance; a mean is followed by its standard deviation, gaps are empty.
    """
    columns: list[list[str]] = []
    for group in _groups(kept):
        axis = group[0].axis
        if axis.wavelengths is None:
            columns.append(["band", *(str(band + 1) for band in range(axis.bands))])
        else:
            columns.append(["wavelength (nm)", *(f"{nm:.10g}" for nm in axis.wavelengths)])
        columns += [
            [" ".join(name.split()), *("" if np.isnan(v) else str(v) for v in values)]
            for name, values in _named(group, deviations=True)
        ]
    longest = max(map(len, columns), default=0)
    filled = [column + [""] * (longest - len(column)) for column in columns]
    return "\n".join("\t".join(cells) for cells in zip(*filled, strict=True))


def libraries(kept: Iterable[KeptSpectrum], *, deviations: bool) -> list[SpectralLibrary]:
    """One library for all spectra with the same wavelengths; those without any are left out."""
    result = []
    for group in _groups(kept):
        wavelengths = group[0].axis.wavelengths
        if wavelengths is not None:
            names, spectra = zip(*_named(group, deviations=deviations), strict=True)
            result.append(SpectralLibrary(names, wavelengths, np.stack(spectra)))
    return result


def _named(group: Sequence[KeptSpectrum], *, deviations: bool) -> list[tuple[str, FloatArray]]:
    """Names and values, the cube's name in front where two would be called the same."""
    names = Counter(kept.name for kept in group)
    result = []
    for kept in group:
        name = kept.name
        if names[name] > 1 and kept.cube is not None:
            name = f"{kept.cube.name}: {name}"
        result.append((name, _shown(kept.axis, kept.values)))
        if deviations and kept.deviation is not None:
            result.append((name + DEVIATION, _shown(kept.axis, kept.deviation)))
    return result


def _shown(axis: BandAxis, values: FloatArray | None) -> FloatArray:
    """NaN at bands without information."""
    assert values is not None  # _groups leaves the others out
    return np.where(axis.good_bands, values, np.float32(np.nan))


def _groups(kept: Iterable[KeptSpectrum]) -> list[list[KeptSpectrum]]:
    """Those with the same wavelengths together; what is being read still is left out."""
    groups: list[list[KeptSpectrum]] = []
    for one in kept:
        if one.values is None:
            continue
        for group in groups:
            if _same(group[0].axis, one.axis):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _same(a: BandAxis, b: BandAxis) -> bool:
    if a.wavelengths is None or b.wavelengths is None:
        return a.wavelengths is b.wavelengths and a.bands == b.bands
    return np.array_equal(a.wavelengths, b.wavelengths)


def save(kept: Sequence[KeptSpectrum], path: Path) -> Operation[list[Path]]:
    """Write kept spectra; those with other wavelengths go to files of their own, numbered from 2.

    CSV holds standard deviations too, an ENVI library spectra only.

    Raises
    ------
    CubeError
        When none has wavelengths, or a file cannot be written.
    """
    parts = libraries(kept, deviations=path.suffix.lower() == ".csv")
    if not parts:
        raise CubeError(
            "{path} is not written: none of these spectra has wavelengths; state those of the cube "
            "first, or copy the spectra as a table.",
            path=path,
        )
    paths = []
    for number, part in enumerate(parts, 1):
        yield Progress("spectra", (number - 1) / len(parts), tr("Writing {name}", name=path.name))
        paths.append(write_library(part, path if number == 1 else _beside(path)))
    return paths


def _beside(path: Path) -> Path:
    """A name for another file that replaces none."""
    names = (path.with_stem(f"{path.stem}_{number}") for number in count(2))
    return next(name for name in names if not any(name.with_suffix(end).exists() for end in WRITTEN_AS))


def means(library: SpectralLibrary) -> list[tuple[str, FloatArray, FloatArray | None]]:
    """Spectra by name, each with the standard deviation that :func:`save` wrote after it."""
    known = dict(zip(library.names, library.spectra, strict=True))
    owners = {name + DEVIATION for name in known}
    return [
        (name, spectrum, known.get(name + DEVIATION))
        for name, spectrum in zip(library.names, library.spectra, strict=True)
        if name not in owners
    ]
