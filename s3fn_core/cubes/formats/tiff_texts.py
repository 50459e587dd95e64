"""What the texts of a GeoTIFF say about its bands.

GDAL gives the tags of each band and of the file, the domain ``ENVI`` in which it keeps the fields of
a header, and ``IMAGERY``.  ENVI itself puts an .hdr with ``file type = TIFF`` beside the image.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Cube, Georeference
from s3fn_core.cubes.formats import header_bands
from s3fn_core.cubes.formats.band_texts import centres_of_file, centres_of_tags, centres_of_texts
from s3fn_core.cubes.formats.dlr import metadata_beside
from s3fn_core.cubes.formats.header_values import meaning as meaning_of_header
from s3fn_core.cubes.formats.meaning import Meaning
from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.envi.files import has_data_file, headers_of
from s3fn_core.envi.place import position
from s3fn_core.envi.text import Entry, HeaderText, read_text
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import BoolArray, Wavelengths

_HEADER_FIELDS = {
    "band names",
    "bbl",
    "data gain values",
    "data ignore value",
    "data offset values",
    "default bands",
    "map info",
    "reflectance scale factor",
    "wavelength",
}
_UNNAMED = re.compile(r"undefined|band[ _]?\d+|")
_OPACITY = re.compile(r"(alpha|mask|opacity|transparency)\b.*", re.IGNORECASE)


def header_beside(path: Path, shape: tuple[int, int, int], notes: list[str]) -> HeaderText | None:
    """The ENVI header that describes a TIFF of `shape` (lines, samples, bands), if one lies beside it.

    Its file type is TIFF, or it has no other data file and states the same shape.
    """
    for header in headers_of(path):
        try:
            text = read_text(header)
        except (CubeError, OSError):
            continue
        is_tiff = "tif" in text.get("file type").lower()
        if not is_tiff and has_data_file(header):
            continue
        counted = ("lines", "samples") if is_tiff else ("lines", "samples", "bands")
        if all(_whole(text.get(key)) == side for key, side in zip(counted, shape, strict=False)):
            notes += [tr("{name} describes the image.", name=text.path.name), *text.notes]
            return text
        notes.append(tr("{name} describes an image of another size: left out.", name=text.path.name))
    return None


def _whole(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def with_place_of(cube: Cube, text: HeaderText, notes: list[str]) -> Cube:
    """The cube at the place that a header states, where the TIFF itself has none."""
    stated = position(text, notes) if cube.georeference is None else None
    return cube if stated is None else cube.with_(georeference=Georeference(*stated))


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
    for text in headers:
        cube = with_place_of(cube, text, notes)
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
    for fields in (source.tags(ns="ENVI"), source.tags()):
        entries = {
            key.lower().replace("_", " "): Entry(value.strip("{} "), 0) for key, value in fields.items()
        }
        if _HEADER_FIELDS & entries.keys():
            found.append(HeaderText(cube.path, entries))
    beside = header_beside(cube.path, (*source.shape, source.count), notes)
    product = metadata_beside(cube.path)
    if product is not None:
        notes.append(tr("{name} describes the image.", name=product.path.name))
    return [*found, *(text for text in (beside, product) if text is not None)]


def own_text(source: Any, band: int) -> str:
    """What a band (from 0) is called, "" where it is only called by its number or its role."""
    text = _text(source, band)
    return "" if _UNNAMED.fullmatch(text.lower()) or _OPACITY.fullmatch(text) else text


def called_opacity(source: Any, band: int) -> bool:
    """Whether the text of a band (from 0) says that it is an alpha channel or a mask."""
    return bool(_OPACITY.fullmatch(_text(source, band)))


def _text(source: Any, band: int) -> str:
    tags = {key.lower(): value for key, value in source.tags(band + 1).items()}
    return str(source.descriptions[band] or tags.get("wavelength") or "").strip()


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
    yield centres_of_texts([source.descriptions[band] for band in chosen], tr("band descriptions"))
    yield centres_of_texts([band.get("description") for band in _band_tags(source, chosen)], tr("band tags"))
    for text in headers:
        refused: tuple[str, ...] = ()
        for count in dict.fromkeys((bands, source.count)):
            told: list[str] = []
            found = header_bands.wavelengths(text, count, told)
            if found is not None:
                yield found if count == bands else found[chosen], tuple(told)
                break
            refused = refused or tuple(told)
        else:
            yield None, refused
    yield centres_of_file(source.tags(), bands)


def _band_tags(source: Any, chosen: list[int]) -> list[dict[str, str]]:
    tags = [source.tags(band + 1) for band in chosen]
    return [{key.lower(): value for key, value in band.items()} for band in tags]


def _good_bands(source: Any, chosen: list[int]) -> BoolArray:
    """The bad-band list that EnMAP and ENVI exports keep in the band tags; 1 means good."""
    values = [band.get("bbl", "1") for band in _band_tags(source, chosen)]
    return np.array([value.strip() not in ("0", "0.0", "false") for value in values])
