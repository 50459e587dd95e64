"""Writing a cube as ENVI, through spectral's writer."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats.envi.reading import SUFFIXES
from s3fn_core.envi.place import map_fields
from s3fn_core.errors import CubeError
from s3fn_core.files import whole_file
from s3fn_core.types import Wavelengths


@checked(CubeError)
def write_envi(
    cube: Cube | np.ndarray[Any, Any],
    path: str | PathLike[str],
    wavelengths: Wavelengths | None = None,
    *,
    interleave: Literal["bil", "bip", "bsq"] = "bil",
    dtype: Any = None,
    byte_order: Literal[0, 1] = 0,
    metadata: Mapping[str, Any] | None = None,
) -> Path:
    """Write a cube as ``NAME.hdr`` and ``NAME.img``.

    Parameters
    ----------
    cube : Cube or array, shape (lines, samples, bands)
        A Cube is written with its stored values, scale and metadata.
    path : path
        Name of the header, or of the data file; see :func:`header_path`.
    wavelengths : array, shape (bands,), optional
        In nm; for a Cube its own are the default.
    interleave : {"bil", "bip", "bsq"}
    dtype : numpy dtype, optional
        Stored type, by default the array's own.
    byte_order : {0, 1}
        Little or big endian.
    metadata : mapping, optional
        Further header fields.

    Returns
    -------
    Path
        The header.

    Raises
    ------
    CubeError
        When the array has no three axes, its type is none of ENVI's, or the disk refuses.
    """
    from spectral.io import envi
    from spectral.utilities.errors import SpyException

    header = header_path(path)
    fields = header_fields(cube) if isinstance(cube, Cube) else {}
    values = np.asarray(cube.data[:, :, :] if isinstance(cube, Cube) else cube)
    if values.ndim != 3:
        raise CubeError(
            "{header}: a cube has three axes, this array {axes}.", header=header, axes=values.ndim
        )
    if wavelengths is not None and np.shape(wavelengths) != values.shape[2:]:
        count = np.size(wavelengths)
        raise CubeError(
            "{header}: {count} wavelengths for {bands} bands; give one per band.",
            header=header,
            count=count,
            bands=values.shape[2],
        )
    try:
        dtype = np.dtype(values.dtype if dtype is None else dtype)
    except TypeError as error:
        raise CubeError(
            "{header}: {dtype!r} is not a type of numbers; give one such as uint16.",
            header=header,
            dtype=dtype,
        ) from error
    if wavelengths is not None:
        fields |= {"wavelength": [float(w) for w in wavelengths], "wavelength units": "Nanometers"}
    try:
        with (
            whole_file(header) as text,
            whole_file(header.with_suffix(".img")) as raw,
            warnings.catch_warnings(),
        ):
            written = text.with_suffix(".img")  # spectral names the data file after the header
            try:
                # spectral opens its output with a buffering mode that Python warns about.
                warnings.filterwarnings("ignore", "line buffering", RuntimeWarning)
                envi.save_image(
                    str(text),
                    values,
                    dtype=dtype,
                    interleave=interleave,
                    byteorder=byte_order,
                    metadata=fields | dict(metadata or {}),
                    ext=".img",
                )
                written.replace(raw)
            finally:
                written.unlink(missing_ok=True)
    except SpyException as error:
        raise CubeError(
            "{header} cannot be written: {error} Choose another type.", header=header, error=error
        ) from error
    except OSError as error:
        raise CubeError(
            "{header} cannot be written: {why}.", header=header, why=error.strerror or error
        ) from error
    return header


def header_path(path: str | PathLike[str]) -> Path:
    """The header of a cube that is to be written: the suffix of a data file becomes ``.hdr``.

    Other names keep their dots: ``scan_2024.11.29`` becomes ``scan_2024.11.29.hdr``.
    """
    path = Path(path)
    if path.suffix.lower() == ".hdr":
        return path
    return path.with_suffix(".hdr") if path.suffix.lower() in SUFFIXES else path.with_name(f"{path.name}.hdr")


def header_fields(cube: Cube) -> dict[str, Any]:
    """Header fields of what is known about a cube."""
    fields: dict[str, Any] = {"description": cube.name, "bbl": [int(g) for g in cube.good_bands]}
    if cube.wavelengths is not None:
        fields["wavelength"] = [float(w) for w in cube.wavelengths]
        fields["wavelength units"] = "Nanometers"
    if cube.nodata is not None:
        fields["data ignore value"] = cube.nodata
    if 0 < cube.scale < 1 or (cube.scale == 1 and cube.reflectance):
        fields["reflectance scale factor"] = 1 / cube.scale
    elif cube.scale != 1.0:  # a factor below 1 would not be understood as a divisor
        fields["data gain values"] = [float(cube.scale)] * cube.bands
    if cube.default_bands:
        fields["default bands"] = [band + 1 for band in cube.default_bands]
    if cube.simulated:
        fields["simulated"] = "yes"
    if cube.georeference is not None:
        place = map_fields(cube.georeference.crs, cube.georeference.transform)
        fields |= place or {"description": f"{cube.name} (a header cannot state its sheared grid)"}
    return fields
