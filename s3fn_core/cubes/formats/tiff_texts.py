"""What the texts of a GeoTIFF say about its bands.

GDAL gives the tags of each band and of the file, the domain ``ENVI`` in which it keeps the fields of
a header, and ``IMAGERY``.  ENVI itself puts an .hdr with ``file type = TIFF`` beside the image.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import header_bands
from s3fn_core.cubes.formats.band_texts import centres_of_file, centres_of_tags, centres_of_texts
from s3fn_core.cubes.formats.header_values import meaning as meaning_of_header
from s3fn_core.cubes.formats.meaning import Meaning
from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.envi.files import headers_of
from s3fn_core.envi.text import Entry, HeaderText, read_text
from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray, Wavelengths

_UNNAMED = ("", "undefined", "alpha", "mask")


def header_beside(path: Path, size: tuple[int, int]) -> HeaderText | None:
    """The ENVI header that describes a TIFF of `size` (lines, samples), if one lies beside it."""
    for header in headers_of(path):
        try:
            text = read_text(header)
        except (CubeError, OSError):
            continue
        stated = tuple(text.get(key) for key in ("lines", "samples"))
        if "tif" in text.get("file type").lower() and stated == tuple(map(str, size)):
            return text
    return None


def described(cube: Cube, meaning: Meaning, source: Any, chosen: list[int], notes: list[str]) -> Cube:
    """The cube with what the texts of the file say about its values and bands.

    Parameters
    ----------
    cube : Cube
    meaning : Meaning
        As GDAL states it.
    source : rasterio dataset
    chosen : list of int
        The bands of the file (from 0) that are bands of the cube.
    notes : list of str
        What is told of it.
    """
    headers = _headers(source, cube, notes)
    everything = np.ones(cube.bands, bool)
    good = _good_bands(source, chosen)
    for text in headers:
        if good.all():
            good = header_bands.good_bands(text, source.count, source.count, notes)[chosen]
    plain = np.all(np.equal(meaning.scale, 1)) and not np.any(meaning.offset)
    for text in headers:
        found = meaning_of_header(text, cube.bands, cube.bands, notes)
        if plain and not (np.all(np.equal(found.scale, 1)) and not np.any(found.offset)):
            meaning, plain = replace(meaning, scale=found.scale, offset=found.offset), False
        meaning = replace(meaning, missing=meaning.missing or found.missing)
    default = next((b for text in headers if (b := header_bands.default_bands(text, cube.bands, notes))), ())
    cube = cube.with_(
        wavelengths=_wavelengths(source, chosen, headers, notes),
        good_bands=good if good.any() else everything,
        default_bands=default,
    )
    return meaning.applied(cube).with_(notes=(*cube.notes, *notes))


def _headers(source: Any, cube: Cube, notes: list[str]) -> list[HeaderText]:
    """The fields of ENVI in the file and beside it."""
    assert cube.path is not None
    found = []
    fields = source.tags(ns="ENVI")
    if fields:
        entries = {
            key.lower().replace("_", " "): Entry(value.strip("{} "), 0) for key, value in fields.items()
        }
        found.append(HeaderText(cube.path, entries))
    beside = header_beside(cube.path, source.shape)
    if beside is not None:
        notes += [f"{beside.path.name} describes the image.", *beside.notes]
        found.append(beside)
    return found


def own_text(source: Any, band: int) -> str:
    """What a band (from 0) is called, "" where it is only called by its number or its role."""
    tags = {key.lower(): value for key, value in source.tags(band + 1).items()}
    text = str(source.descriptions[band] or tags.get("wavelength") or "").strip()
    return "" if text.lower() in _UNNAMED else text


def _wavelengths(
    source: Any, chosen: list[int], headers: list[HeaderText], notes: list[str]
) -> Wavelengths | None:
    for found, remarks in _stated(source, chosen, headers):
        notes += remarks
        if found is not None:
            return found
    return None


def _stated(
    source: Any, chosen: list[int], headers: list[HeaderText]
) -> Iterator[tuple[Wavelengths | None, tuple[str, ...]]]:
    """Band centres: band tags, GDAL's imagery domain, descriptions, headers, tags of the file."""
    bands = len(chosen)
    yield centres_of_tags(_band_tags(source, chosen), bands)
    imagery = [source.tags(band + 1, ns="IMAGERY").get("CENTRAL_WAVELENGTH_UM") for band in chosen]
    if all(imagery):
        yield band_centres(imagery, "um", bands)
    yield centres_of_texts([source.descriptions[band] for band in chosen], "band descriptions")
    for text in headers:
        told: list[str] = []
        for count in dict.fromkeys((source.count, bands)):
            found = header_bands.wavelengths(text, count, told)
            if found is not None:
                yield found[chosen] if count == source.count else found, tuple(told)
    yield centres_of_file(source.tags(), bands)


def _band_tags(source: Any, chosen: list[int]) -> list[dict[str, str]]:
    tags = [source.tags(band + 1) for band in chosen]
    return [{key.lower(): value for key, value in band.items()} for band in tags]


def _good_bands(source: Any, chosen: list[int]) -> BoolArray:
    """The bad-band list that EnMAP and ENVI exports keep in the band tags; 1 means good."""
    values = [band.get("bbl", "1") for band in _band_tags(source, chosen)]
    return np.array([value.strip() not in ("0", "0.0", "false") for value in values])
