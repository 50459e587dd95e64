"""A cube as an array of xarray, whose axes have names; values are read where they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from s3fn_core.cubes.arrangement import Georeference
from s3fn_core.errors import CubeError
from s3fn_core.types import BoolArray, Wavelengths

if TYPE_CHECKING:
    from xarray import DataArray

DIMENSIONS = ("line", "sample", "band")


class Image(Protocol):
    """What a cube has; it imports this module."""

    @property
    def name(self) -> str: ...
    @property
    def shape(self) -> tuple[int, int, int]: ...
    @property
    def wavelengths(self) -> Wavelengths | None: ...
    @property
    def good_bands(self) -> BoolArray: ...
    @property
    def reflectance(self) -> bool | None: ...
    @property
    def georeference(self) -> Georeference | None: ...
    def __getitem__(self, key: tuple[slice, ...], /) -> Any: ...


def data_array(cube: Image) -> DataArray:
    """An array with the dimensions line, sample and band.

    Returns
    -------
    xarray.DataArray of float32
        Coordinates are ``wavelength`` in nm and ``good_band``, and ``x`` and ``y`` of pixel
        centres where the image lies straight in its coordinate system.  Attributes are ``long_name`` and
        ``crs_wkt``.

    Raises
    ------
    CubeError
        When xarray is not installed.
    """
    try:
        import xarray
        from xarray.backends import BackendArray
        from xarray.core import indexing
    except ImportError as error:
        raise CubeError(
            "This needs xarray, which is not installed. Install it: python -m pip install 's3fn[xarray]'."
        ) from error

    class Values(BackendArray):
        """What xarray asks of a file: shape, kind of value, and windows."""

        shape, dtype = cube.shape, np.dtype(np.float32)

        def __getitem__(self, key: Any) -> Any:
            basic = indexing.IndexingSupport.BASIC
            return indexing.explicit_indexing_adapter(key, self.shape, basic, self._read)

        def _read(self, key: tuple[int | slice, ...]) -> Any:
            spans = [slice(one, one + 1) if isinstance(one, int | np.integer) else one for one in key]
            found = np.asarray(cube[tuple(spans)], np.float32)
            return found[tuple(0 if isinstance(one, int | np.integer) else slice(None) for one in key)]

    coordinates: dict[str, Any] = {"good_band": ("band", cube.good_bands)}
    if cube.wavelengths is not None:
        coordinates["wavelength"] = ("band", cube.wavelengths, {"units": "nm"})
    told = {"long_name": "reflectance" if cube.reflectance else cube.name}
    if (place := cube.georeference) is not None:
        told["crs_wkt"] = place.crs
        across, shear, left, lean, down, top = place.transform
        if not (shear or lean):
            lines, samples, _ = cube.shape
            coordinates["x"] = ("sample", left + across * (np.arange(samples) + 0.5))
            coordinates["y"] = ("line", top + down * (np.arange(lines) + 0.5))
    data = xarray.Variable(DIMENSIONS, indexing.LazilyIndexedArray(Values()))
    return xarray.DataArray(data, coordinates, name=cube.name, attrs=told)
