"""TIFF images whose bands are spread over pages, as microscopes, ImageJ and tifffile write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Axes, Cube
from s3fn_core.cubes.formats import header_bands
from s3fn_core.cubes.formats.arrays import first_line
from s3fn_core.cubes.formats.axes import (
    ASKED,
    alternatives,
    asked_axes,
    guessed_axes,
    interleave,
    note_on,
    transposed,
    windows,
)
from s3fn_core.cubes.formats.band_texts import centres_of_file, centres_of_texts
from s3fn_core.cubes.formats.header_values import meaning as meaning_of_header
from s3fn_core.cubes.formats.meaning import Meaning
from s3fn_core.cubes.formats.tiff_gdal import gdal_name, place
from s3fn_core.cubes.formats.tiff_images import Image
from s3fn_core.cubes.formats.tiff_promise import FAILURES, check_page
from s3fn_core.cubes.formats.tiff_texts import header_beside, with_place_of
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.types import Wavelengths

Block = np.ndarray[Any, Any]
_STACKED = Axes("bls")
_BANDS = "CS"  # letters of axes that count nothing else
_CHANNEL = re.compile(r"<Channel\b[^>]*>")


def open_pages(path: Path, image: Image, layout: Arrangement | None) -> Cube:
    """Open an image of several pages, whose bands follow each other in the order of the file.

    Raises
    ------
    CubeError
        Damaged, or complex values.
    """
    if image.dtype.kind not in "fiu":
        raise CubeError(
            "{path} holds {dtype} values; a cube holds real numbers.", path=path, dtype=image.dtype
        )
    try:
        wavelengths, remarks = _centres(path, image)
    except FAILURES as error:
        raise ValueError(first_line(error)) from error
    shape = (image.bands, image.lines, image.samples)
    mapped, read = _mapped(path, image), _reader(path, image)
    axes, why = asked_axes(layout, str(path)), ASKED
    if axes is None and (len(image.counts) > 1 or image.channels > 1 or image.axes in _BANDS):
        axes, why = _STACKED, ""
    if axes is None:
        # Pages that have to be unpacked one by one are not unpacked for a guess.
        count = image.bands if wavelengths is not None or mapped is None else None
        looked_at = windows(shape, image.dtype, read, Axes("lsb")) if mapped is None else mapped
        axes, why = guessed_axes(looked_at, count, _STACKED)
    if wavelengths is not None and axes.order[0] != "b":
        wavelengths, remarks = None, (tr("The wavelengths of the pages were left out."),)
    cube = Cube(
        windows(shape, image.dtype, read, axes) if mapped is None else transposed(mapped, axes),
        path.stem,
        path,
        wavelengths=wavelengths,
        interleave=interleave(axes),
        layouts=alternatives(axes),
        notes=(_note(image, axes, why), *remarks),
    )
    return _described(cube, path, image)


def _note(image: Image, axes: Axes, why: str) -> str:
    """How the pages were read."""
    if len(image.counts) > 1:
        sides = " x ".join(f"{axis} {count}" for axis, count in zip(image.axes, image.counts, strict=True))
        return tr(
            "The pages ({sides}) were read as {bands} bands, one after the other.",
            sides=sides,
            bands=image.bands,
        )
    if image.channels > 1:
        return tr(
            "{pages} pages of {channels} channels were read as {bands} bands.",
            pages=image.counts[0],
            channels=image.channels,
            bands=image.bands,
        )
    told = {
        "b": tr("Each page was read as one band."),
        "l": tr("Each page was read as one line."),
        "s": tr("Each page was read as one sample."),
    }[axes.order[0]]
    return f"{told} {note_on(axes, why)}" if why else told


def _mapped(path: Path, image: Image) -> Block | None:
    """The stack of pages, shape (bands, lines, samples), where it lies in one uncompressed block."""
    import tifffile

    if image.series is None or image.channels > 1:
        return None
    try:
        array = np.asarray(tifffile.memmap(path, mode="r", series=image.series))
        return array.reshape(image.bands, image.lines, image.samples)
    except FAILURES:
        return None


def _reader(path: Path, image: Image) -> Callable[[tuple[Any, ...]], Block]:
    """Read blocks of the stack (bands, lines, samples), page by page."""
    import tifffile

    size, channels = path.stat().st_size, image.channels

    def read(index: tuple[Any, ...]) -> Block:
        bands = np.arange(image.bands)[index[0]]
        try:
            with tifffile.TiffFile(path, _multifile=False) as opened:
                pages = {
                    place: _unpacked(opened.pages[image.pages[place]], size, channels)
                    for place in np.unique(bands // channels).tolist()
                }
            return np.stack([pages[band // channels][band % channels][index[1:]] for band in bands.tolist()])
        except FAILURES as error:
            raise CubeError(
                "{path} cannot be read ({first_line}). Copy the file again.",
                path=path,
                first_line=first_line(error),
            ) from error

    return read


def _unpacked(page: Any, size: int, channels: int) -> Block:
    """The pixels of a page, shape (channels, lines, samples); without those that say how opaque."""
    if sum(page.databytecounts) > size:
        raise ValueError(tr("a page is longer than the file"))
    check_page(page, size)
    array = np.asarray(page.asarray())
    order = [axis for axis, letter in enumerate(page.axes) if letter not in "YX"]
    order += [page.axes.index("Y"), page.axes.index("X")]
    array = array.transpose(order)
    return array.reshape(-1, *array.shape[-2:])[:channels]


def _centres(path: Path, image: Image) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres: labels of ImageJ, metadata of tifffile or OME, texts of pages, a header."""
    import tifffile

    count = image.bands
    told: tuple[str, ...] = ()
    with tifffile.TiffFile(path, _multifile=False) as file:
        labels = list((file.imagej_metadata or {}).get("Labels", ()))
        if len(labels) == count:
            return centres_of_texts(labels, tr("labels of the pages"))
        for metadata in file.shaped_metadata or ():
            found, remarks = centres_of_file(metadata, count)
            if found is not None:
                return found, remarks
        channels = _ome_channels(file.ome_metadata or "", image)
        texts = {tr("channels of the OME metadata"): channels}
        if len(image.pages) == count:
            pages = [file.pages[place] for place in image.pages]
            texts[tr("names of the pages")] = [_page_text(page, "PageName") for page in pages]
            texts[tr("descriptions")] = [_page_text(page, "ImageDescription") for page in pages]
        for source, stated in texts.items():
            if stated:
                found, told = centres_of_texts(stated, source)
                if found is not None:
                    return found, told
    return None, told


def _ome_channels(xml: str, image: Image) -> list[str | None]:
    """What OME says of the channel of each band: its wavelength, else its name."""
    stated = _CHANNEL.findall(xml)
    if image.axes.count("C") != 1 or len(stated) != image.counts[image.axes.index("C")]:
        return []
    texts = []
    for channel in stated:
        wave = re.search(r'\bEmissionWavelength="([\d.]+)"', channel)
        unit = re.search(r'\bEmissionWavelengthUnit="([^"]+)"', channel)
        name = re.search(r'\bName="([^"]*)"', channel)
        texts.append(f"{wave[1]} {unit[1] if unit else 'nm'}" if wave else name[1] if name else None)
    sides = [size if axis == "C" else 1 for axis, size in zip(image.axes, image.counts, strict=True)]
    number = np.broadcast_to(np.arange(len(texts)).reshape(sides), image.counts).ravel()
    return [texts[i] for i in number for _ in range(image.channels)]


def _page_text(page: Any, tag: str) -> str | None:
    """A tag of a page; pages without tags of their own, only an offset, have none."""
    value = getattr(page, "tags", {}).get(tag)
    return str(value.value) if value is not None else None


def _described(cube: Cube, path: Path, image: Image) -> Cube:
    """The cube with its place, its no-data value and its scale, as GDAL or a header state them."""
    import rasterio
    from rasterio.errors import RasterioError

    notes: list[str] = []
    meaning = Meaning()
    try:
        with rasterio.open(gdal_name(path, image), driver="GTiff") as source:
            missing = () if source.nodata is None else (float(source.nodata),)
            meaning = Meaning(float(source.scales[0]), float(source.offsets[0]), missing)
            if (cube.lines, cube.samples) == source.shape:
                cube = cube.with_(georeference=place(source, notes))
    except RasterioError:
        pass  # GDAL knows fewer kinds of pages
    text = header_beside(path, cube.shape, notes)
    if text is not None:
        cube = with_place_of(cube, text, notes)
        meaning = meaning_of_header(text, cube.bands, cube.bands, notes)
        good = header_bands.good_bands(text, cube.bands, cube.bands, notes)
        cube = cube.with_(good_bands=good, default_bands=header_bands.default_bands(text, cube.bands, notes))
        if cube.wavelengths is None:
            cube = cube.with_(wavelengths=header_bands.wavelengths(text, cube.bands, notes))
    return meaning.applied(cube).with_(notes=(*cube.notes, *notes))
