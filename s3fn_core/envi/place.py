"""Where an ENVI image lies, by GDAL, which knows ENVI's names of projections and datums."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

from s3fn_core.envi.text import HeaderText

Position = tuple[str, tuple[float, float, float, float, float, float]]
"""Coordinate system (WKT) and affine map, see :class:`s3fn_core.cubes.cube.Georeference`."""
_FIELDS = ("map info", "projection info", "coordinate system string")
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
        notes.append(f"The map information could not be read ({error}).")
        return None
    if transform.is_identity:  # what GDAL gives where it understood nothing
        notes.append("The map information states no position and was left out.")
        return None
    a, b, c, d, e, f = tuple(transform)[:6]
    return crs, (a, b, c, d, e, f)
