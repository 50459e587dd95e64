"""The probability of every class of a map, as files with one band for each class."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.checked import checked
from s3fn_core.cubes.formats import write_envi
from s3fn_core.envi.place import map_fields
from s3fn_core.errors import CubeError, ExportError, LabelError
from s3fn_core.files import reason, whole_file
from s3fn_core.labels.rasters import header_safe, header_text, placed, plain_name, quiet_rasterio
from s3fn_core.results.class_map import ClassMap
from s3fn_core.results.export import file_stem
from s3fn_core.results.origin import BESIDE, as_text, write_beside
from s3fn_core.types import FloatArray

HELD_BY = ("envi", "geotiff", "npy")
"""The formats of a map that hold several bands."""
_ENDINGS = {"envi": (".hdr", ".img"), "geotiff": (".tif",), "npy": (".npy", f".npy{BESIDE}")}


def probability_files(folder: str | PathLike[str], stem: str, formats: Sequence[str]) -> list[Path]:
    """All files that :func:`export_probabilities` writes."""
    start = f"{file_stem(stem)}_probabilities"
    return [Path(folder) / f"{start}{ending}" for name in _held(formats) for ending in _ENDINGS[name]]


def _held(formats: Sequence[str]) -> list[str]:
    """Those of the formats that hold several bands; .npy where there is none."""
    return [name for name in dict.fromkeys(formats) if name in HELD_BY] or ["npy"]


@checked(ExportError)
def export_probabilities(
    probabilities: FloatArray,
    class_map: ClassMap,
    folder: str | PathLike[str],
    formats: Sequence[str],
    stem: str = "",
) -> list[Path]:
    """Write ``STEM_probabilities.hdr``, ``.tif``, ``.npy``: one band a class, in their order.

    Parameters
    ----------
    probabilities : array of float32, shape (lines, samples, classes)
    class_map : ClassMap
        The map that they belong to; the names of its classes become those of the bands.
    folder : path
        Made where it is missing.
    formats : sequence of str
        Those of the map; of them only :data:`HELD_BY` count, and .npy is written where there is none.
    stem : str
        Start of the file names; the cube's name when not given.

    Raises
    ------
    ExportError
        When the folder cannot be written.
    """
    if probabilities.shape != (*class_map.ids.shape, len(class_map.classes)):
        raise ExportError(
            "Probabilities of {cube} are {shape}; they are lines x samples x {classes} classes.",
            cube=class_map.cube_name,
            shape=probabilities.shape,
            classes=len(class_map.classes),
        )
    named = probability_files(folder, stem or class_map.cube_name, formats)
    files = [path for path in named if not path.name.endswith(BESIDE)]
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path in files:
            if path.suffix == ".hdr":
                _write_envi(probabilities, class_map, path)
            elif path.suffix == ".tif":
                _write_geotiff(probabilities, class_map, path)
            elif path.suffix == ".npy":
                write_beside(path, class_map.about)
                with whole_file(path) as temporary:
                    np.save(temporary, probabilities, allow_pickle=False)
    except OSError as error:
        raise ExportError(
            "The probabilities cannot be written to {folder}: {error}. Choose another folder.",
            folder=folder,
            error=reason(error),
        ) from error
    except (CubeError, LabelError) as error:
        raise ExportError(str(error)) from error
    return files


def _write_envi(values: FloatArray, m: ClassMap, path: Path) -> None:
    fields: dict[str, Any] = {"band names": [header_safe(name) for name in m.classes.names]}
    if m.georeference is not None:
        fields |= map_fields(m.georeference.crs, m.georeference.transform)
    write_envi(
        values, path, interleave="bip", metadata={**fields, "description": header_text(as_text(m.about))}
    )


def _write_geotiff(values: FloatArray, m: ClassMap, path: Path) -> None:
    import rasterio

    lines, samples, count = values.shape
    profile = {"driver": "GTiff", "count": count, "height": lines, "width": samples, "dtype": "float32"}
    profile |= {"compress": "deflate", "BIGTIFF": "IF_SAFER"} | placed(m.georeference)
    with quiet_rasterio(), whole_file(path) as temporary, rasterio.open(temporary, "w", **profile) as target:
        target.update_tags(**{f"S3FN_{key.upper()}": plain_name(value) for key, value in m.about.items()})
        for number, name in enumerate(m.classes.names):
            target.write(values[:, :, number], number + 1)
            target.set_band_description(number + 1, plain_name(name))
