"""Where an ENVI image lies, by GDAL, which knows ENVI's names of projections and datums."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

from s3fn_core.envi.text import HeaderText, read_text
from s3fn_core.errors import CubeError
from s3fn_core.languages import tr
from s3fn_core.quoting import named

Affine = tuple[float, float, float, float, float, float]
Position = tuple[str, Affine]
"""Coordinate system (WKT) and affine map, see :class:`s3fn_core.cubes.cube.Georeference`."""
_FIELDS = ("map info", "projection info", "coordinate system string")
# Ways to place an image that are not an affine map, or only in part one.
_OTHER_PLACES = ("geo points", "rpc info", "coordinate system string", "projection info")
_TWO_PIXELS = (  # GDAL takes a file of a single byte for no image
    "ENVI\nsamples = 2\nlines = 1\nbands = 1\nheader offset = 0\nfile type = ENVI Standard\n"
    "data type = 1\ninterleave = bsq\nbyte order = 0\n"
)


def position(text: HeaderText, notes: list[str]) -> Position | None:
    """The position that a header states, or None.

    GDAL reads it from an image of two pixels with these fields alone, so that nothing else that is
    unusual in the header, or missing from the data, takes the position away.
    """
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    if "map info" not in text:
        stated = [f'"{key}"' for key in _OTHER_PLACES if key in text]
        if stated:
            notes.append(
                tr(
                    "The header places the image by {stated} only, not used; rectify it.",
                    stated=named(stated),
                )
            )
        return None
    fields = "".join(f"{key} = {{{text.get(key)}}}\n" for key in _FIELDS if key in text)
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # told in a note
            image = Path(folder) / "place.img"
            image.write_bytes(b"\0\0")
            image.with_suffix(".hdr").write_text(_TWO_PIXELS + fields, encoding="utf-8")
            with rasterio.open(image, driver="ENVI") as source:
                crs = source.crs.to_wkt() if source.crs else ""
                transform = source.transform
    except (RasterioError, OSError, ValueError) as error:
        notes.append(tr("The map information could not be read ({error}).", error=error))
        return None
    if transform.is_identity:  # what GDAL gives where it understood nothing
        notes.append(tr("The map information states no position and was left out."))
        return None
    a, b, c, d, e, f = tuple(transform)[:6]
    return crs, (a, b, c, d, e, f)


def map_fields(crs: str, transform: Affine) -> dict[str, str]:
    """The fields that state a position, with zone, datum and rotation; empty where none can.

    GDAL writes them; what does not read back as it was (a sheared grid) is not stated at all.
    """
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        try:
            text = _written(Path(folder) / "place.img", crs, transform)
        except (RasterioError, OSError, ValueError, CubeError):
            return {}
        fields = {key: "{" + text.get(key) + "}" for key in _FIELDS if key in text}
        back = position(text, [])
    scale = max(map(abs, transform))
    same = back is not None and all(
        abs(one - other) <= 1e-9 * scale for one, other in zip(back[1], transform, strict=True)
    )
    return fields if same else {}


def _written(image: Path, crs: str, transform: Affine) -> HeaderText:
    """The header that GDAL writes of an image of two pixels there."""
    import rasterio

    with rasterio.open(
        image,
        "w",
        driver="ENVI",
        width=2,
        height=1,
        count=1,
        dtype="uint8",
        crs=crs or None,
        transform=rasterio.Affine(*transform),
    ):
        pass
    return read_text(image.with_suffix(".hdr"))
