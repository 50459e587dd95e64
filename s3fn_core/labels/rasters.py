"""Single-band rasters as GeoTIFF and ENVI, with class names, colours and place.

Used for label maps here and for classification and confidence maps in results/export.py.
"""

from __future__ import annotations

import errno
import locale
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

from s3fn_core.errors import LabelError
from s3fn_core.files import whole_file
from s3fn_core.languages import tr

Array: TypeAlias = npt.NDArray[Any]
Legend: TypeAlias = list[tuple[str, tuple[int, int, int]]]
"""Name and colour of each value, from 0 on."""
READ_LINES = 512


class Place(Protocol):
    """Where a raster lies: coordinate system (WKT) and affine map (a, b, c, d, e, f)."""

    @property
    def crs(self) -> str: ...
    @property
    def transform(self) -> tuple[float, float, float, float, float, float]: ...


@dataclass(frozen=True)
class Spot:
    """The :class:`Place` that a file of labels states."""

    crs: str
    transform: tuple[float, float, float, float, float, float]


def is_on_earth(place: Place) -> bool:
    """Whether its coordinate system is one of the earth, and none of a laboratory."""
    from rasterio import CRS
    from rasterio.errors import CRSError

    try:
        system = CRS.from_wkt(place.crs)
        return bool(system.is_geographic or system.is_projected)
    except CRSError:
        return False


def write_geotiff(
    array: Array,
    path: Path,
    place: Place | None,
    legend: Legend | None = None,
    remark: str = "",
    about: Mapping[str, str] | None = None,
) -> None:
    """Write one band, deflated; with a legend also the colour table and the categories' names.

    Of a raster with a legend 0 is declared as no-data, so that it does not cover what lies below.
    What `about` says becomes tags: its "model" is S3FN_MODEL.
    GDAL keeps the names of categories in a file of its own, PATH.aux.xml.
    """
    import rasterio

    profile = {"driver": "GTiff", "count": 1, "compress": "deflate", "dtype": array.dtype}
    profile["BIGTIFF"] = "IF_SAFER"  # a compressed file may not be known to pass 4 GB until it does
    profile |= _shape(array) | placed(place) | ({"nodata": 0} if legend else {})
    if legend:  # before the raster: who finds that takes it for complete
        with whole_file(category_file(path)) as temporary:
            temporary.write_bytes(_category_names(legend))
    with quiet_rasterio(), whole_file(path) as temporary:
        with rasterio.open(temporary, "w", **profile) as target:
            target.write(array, 1)
            target.update_tags(**{f"S3FN_{k.upper()}": plain_name(v) for k, v in (about or {}).items()})
            if remark:
                target.update_tags(TIFFTAG_IMAGEDESCRIPTION=remark)
            if legend:
                target.write_colormap(1, {i: (*rgb, 255) for i, (_, rgb) in enumerate(legend)})
        _require_same(temporary, array)


def _require_same(path: Path, array: Array) -> None:
    """Read a raster back; raises OSError where that does not give `array`.

    GDAL writes the last of a compressed file when it is closed, and rasterio tells nobody when the
    disk is full then.
    """
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    try:
        with rasterio.open(path) as source:
            same = all(
                np.array_equal(
                    source.read(1, window=Window(0, line, source.width, READ_LINES)),
                    array[line : line + READ_LINES],
                    equal_nan=True,
                )
                for line in range(0, len(array), READ_LINES)
            )
    except RasterioError:
        same = False
    if not same:
        raise OSError(errno.EIO, tr("what was written does not read back, as on a full disk"))


def category_file(path: Path) -> Path:
    """Where GDAL keeps the names of the categories of a raster."""
    return path.with_name(path.name + ".aux.xml")


def write_envi(
    array: Array, header: Path, place: Place | None, legend: Legend | None = None, remark: str = ""
) -> None:
    """Write HEADER (.hdr) and its data file (.img); with a legend as an ENVI classification.

    The header takes its place last: it is what others open.
    """
    with tempfile.TemporaryDirectory(dir=header.parent, prefix=".envi-") as folder:
        draft = Path(folder) / "draft.hdr"
        metadata = _map_info(place, Path(folder)) | ({"description": header_text(remark)} if remark else {})
        options: dict[str, Any] = {"metadata": metadata, "interleave": "bsq"}
        with warnings.catch_warnings():
            # spectral adds 1 to the highest id in its own type, and buffers lines of one byte
            warnings.simplefilter("ignore", RuntimeWarning)
            _save_envi(draft, array, legend, options)
        for source, target in ((draft.with_suffix(".img"), header.with_suffix(".img")), (draft, header)):
            with whole_file(target) as temporary:
                source.replace(temporary)


def _save_envi(header: Path, array: Array, legend: Legend | None, options: dict[str, Any]) -> None:
    import spectral.io.envi as envi

    if legend is None:
        envi.save_image(str(header), array, **options)
        return
    names = [header_safe(name) for name, _ in legend]
    colors = [color for _, color in legend]
    envi.save_classification(str(header), array, class_names=names, class_colors=colors, **options)


@contextmanager
def quiet_rasterio() -> Iterator[None]:
    """Rasters of a laboratory have no georeference, which is nothing to warn about."""
    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        yield


def _shape(array: Array) -> dict[str, int]:
    return {"height": array.shape[0], "width": array.shape[1]}


def placed(place: Place | None) -> dict[str, Any]:
    """What rasterio needs to know of `place`; raises LabelError when GDAL cannot read its WKT."""
    from rasterio import Affine

    if place is None:
        return {}
    return {"crs": system_of(place), "transform": Affine(*place.transform)}


def system_of(place: Place | None) -> Any:
    """The coordinate system as rasterio's CRS, None where there is none.

    Raises
    ------
    LabelError
        When GDAL cannot read its WKT.
    """
    from rasterio import CRS
    from rasterio.errors import CRSError

    if place is None or not place.crs:
        return None
    try:
        return CRS.from_wkt(place.crs)
    except CRSError as error:
        raise LabelError(
            "The cube's coordinate system is not understood ({error}), so no georeferenced file can "
            "be written; correct it in the cube's file, or write .png or .npy.",
            error=error,
        ) from error


def _map_info(place: Place | None, folder: Path) -> dict[str, Any]:
    """The header fields that say where the raster lies, as GDAL words them."""
    import rasterio
    import spectral.io.envi as envi

    if place is None:
        return {}
    probe = np.zeros((1, 1), np.uint8)
    profile = {"driver": "ENVI", "count": 1, "dtype": probe.dtype}
    with rasterio.open(folder / "probe.img", "w", **profile, **_shape(probe), **placed(place)):
        pass
    fields = envi.read_envi_header(str(folder / "probe.hdr"))
    return {key: fields[key] for key in ("map info", "coordinate system string") if key in fields}


def header_safe(name: str) -> str:
    """A class name without the characters that an ENVI header gives a meaning."""
    return header_text(name.translate(str.maketrans(",=", "--")))


def header_text(text: str) -> str:
    """A text that can stand between the braces of an ENVI header.

    The header is written in the system's encoding; what that lacks becomes a question mark.
    """
    plain = plain_name(text).translate(str.maketrans("{}", "()"))
    encoding = locale.getpreferredencoding(False)
    return plain.encode(encoding, "replace").decode(encoding)


def plain_name(name: str) -> str:
    """A name on one line, with single blanks and without what XML and text tables cannot hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


def _category_names(legend: Legend) -> bytes:
    """GDAL's auxiliary XML that names the categories of band 1."""
    root = ElementTree.Element("PAMDataset")
    names = ElementTree.SubElement(ElementTree.SubElement(root, "PAMRasterBand", band="1"), "CategoryNames")
    for name, _ in legend:
        ElementTree.SubElement(names, "Category").text = plain_name(name)
    return bytes(ElementTree.tostring(root, encoding="utf-8"))
