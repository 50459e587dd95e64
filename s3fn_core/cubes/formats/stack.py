"""Stacks: a folder of PNG or TIFF images with one band each, as filter-wheel cameras write them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.cube import Arrangement, Cube
from s3fn_core.cubes.formats.meaning import Meaning, Numbers
from s3fn_core.cubes.formats.stack_images import head, is_single, reader
from s3fn_core.cubes.formats.variables import Variable
from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.cubes.lazy import WindowedArray
from s3fn_core.errors import CubeError
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import named
from s3fn_core.types import Wavelengths

NAME = tr("Stack of images, one per band, named like 450nm")
SUFFIXES = (".png", ".tif", ".tiff")

# "450nm", "450.5 nm", "0.45um": a number and a unit, not in the middle of a word; "wl450", "lambda_450".
_WAVELENGTH = re.compile(
    r"(?<![\d.,])(\d+(?:[.,]\d+)?)[ _-]?(nm|nanomet\w*|um|µm|μm|micromet\w*|microns?)(?![a-z])"
    r"|(?<![a-z])(?:wl|wvl|wavelength|lambda)[ _-]?(\d+(?:[.,]\d+)?)(?![\d.,]*[a-z])",
    re.IGNORECASE,
)
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")
_REFERENCE = re.compile(
    r"(?:^|[\W_])(?:(?:white|dark|weiss|weiß|dunkel)\w*|[dw]|[dw][cr]|drk|wht|black|schwarz|flat|bias|noise|shutter|offset"
    r"|gain|bgd?|background|ref(?:erence)?|calib\w*|panel|tile|spectralon)(?=$|[\W_\d])",
    re.IGNORECASE,
)
_RIVAL = 10  # times fewer images a series may have and still be meant


def can_open(path: Path) -> bool:
    """A folder with images, or one image of several whose names differ in the wavelength only."""
    if path.is_dir():
        return bool(_images(path))
    if path.suffix.lower() not in SUFFIXES or not _WAVELENGTH.search(path.stem):
        return False
    return len(_family(path)) > 1 and (path.suffix.lower() == ".png" or is_single(path))


def open(path: Path, *, layout: Arrangement | None = None, variable: str | None = None) -> Cube:
    """Open the images of a folder, or those whose names differ from `path` in the wavelength only.

    The bands are sorted by wavelength where the names state it, else by name, 2 before 10.  Of
    several series in a folder the largest is taken that is not named as a reference, or the one
    that `variable` names.

    Raises
    ------
    CubeError
        Fewer than two images, images of different sizes, with several channels, or damaged.
    """
    if not path.is_dir() and variable is None:
        return _stack(_family(path), path, path.parent.name or path.stem, ())
    folder = path if path.is_dir() else path.parent
    families = _families(_images(folder))
    if variable is not None and variable not in families:
        raise CubeError(
            '{folder} holds no series "{variable}"; it holds {families}.',
            folder=folder,
            variable=variable,
            families=named(list(families)),
        )
    name = variable or next(iter(families), "")
    chosen = families.get(name, [])
    if len(chosen) < 2:
        raise CubeError(
            plural(
                "{path} holds {count} image; a stack has one for each band.",
                "{path} holds {count} images; a stack has one for each band.",
                len(chosen),
                path=path,
            )
        )
    left = [image for kin, images in families.items() if kin != name for image in images]
    notes: tuple[str, ...] = ()
    if left:
        listed = named([file.name for file in left])
        notes = (
            plural(
                "{count} image of the folder is named differently and was left out: {names}.",
                "{count} images of the folder are named differently and were left out: {names}.",
                len(left),
                names=listed,
            ),
        )
    # A file that opens the same stack again is better known to a project than a folder.
    again = chosen[0] if _WAVELENGTH.search(chosen[0].stem) else folder
    return _stack(chosen, again, folder.name, notes)


def variables(path: Path) -> tuple[Variable, ...]:
    """The series of images of a folder, where it holds several.

    Raises
    ------
    CubeError
        When the first image of one is damaged.
    """
    families = {} if not path.is_dir() else _families(_images(path))
    series = {kin: images for kin, images in families.items() if len(images) > 1}
    if len(series) < 2:
        return ()
    first = next(iter(series))
    most = len(series[first]) / _RIVAL
    return tuple(
        Variable(
            kin,
            (len(images), *(one := head(images[0])).shape),
            one.dtype,
            kin == first or (len(images) >= most and not _REFERENCE.search(kin)),
        )
        for kin, images in series.items()
    )


def open_files(paths: Sequence[Path]) -> Cube:
    """Open chosen images, one per band; the cube has no path of its own.

    Raises
    ------
    CubeError
        As :func:`open`.
    """
    if len(paths) < 2:
        raise CubeError(
            plural(
                "{count} image was given; a stack has one for each band.",
                "{count} images were given; a stack has one for each band.",
                len(paths),
            )
        )
    return _stack(list(paths), None, paths[0].parent.name or paths[0].stem, ())


def _images(folder: Path) -> list[Path]:
    """The images of a folder, without the quick-looks of cubes."""
    files = [file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file()]
    headed = {file.stem.lower() for file in folder.iterdir() if file.suffix.lower() == ".hdr"}
    return sorted((file for file in files if file.stem.lower() not in headed), key=_natural)


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sort key that puts band2 before band10."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _kin(path: Path) -> str:
    """The name without what counts the bands: a wavelength, or else the last number."""
    stem = path.stem.lower()
    plain = _WAVELENGTH.sub("#nm", stem, count=1)
    if plain == stem:
        plain = _LAST_NUMBER.sub("#", stem)
    return plain + path.suffix.lower()


def _family(path: Path) -> list[Path]:
    return [other for other in _images(path.parent) if _kin(other) == _kin(path)]


def _families(images: list[Path]) -> dict[str, list[Path]]:
    """Images named alike, the likeliest series first; all are one where no two are named alike."""
    families: dict[str, list[Path]] = defaultdict(list)
    for image in images:
        families[_kin(image)].append(image)
    if images and max(map(len, families.values())) < 2:
        return {"all": images}
    order = sorted(families, key=lambda kin: (bool(_REFERENCE.search(kin)), -len(families[kin])))
    return {kin: families[kin] for kin in order}


def _stack(files: list[Path], path: Path | None, name: str, notes: tuple[str, ...]) -> Cube:
    """A cube over images of one size."""
    wavelengths, files, remarks = _wavelengths(files)
    bands = [head(file) for file in files]
    first = bands[0]
    for band in bands:
        if band.shape != first.shape:
            raise CubeError(
                "{path} has {size} pixels, {first} {first_size}; all bands of a stack have one size.",
                path=band.path,
                size=" x ".join(map(str, band.shape)),
                first=first.path.name,
                first_size=" x ".join(map(str, first.shape)),
            )
    told = [
        tr(
            "{count} images were stacked, {first} to {last}.",
            count=len(bands),
            first=files[0].name,
            last=files[-1].name,
        ),
        *remarks,
    ]
    types = {band.dtype for band in bands}
    if len(types) > 1:
        told.append(tr("The images hold different types: {types}.", types=", ".join(sorted(map(str, types)))))
    if any(band.georeference != first.georeference for band in bands):
        told.append(
            tr("The images lie at different places; that of {name} was used for all.", name=first.path.name)
        )
    if any(band.masked for band in bands):
        told.append(tr("Images hold masks; what they leave out counts as missing."))
    read_window = reader(bands)

    def read(lines: slice, samples: slice, chosen: list[int]) -> np.ndarray[Any, Any]:
        return np.stack([read_window(bands[index], lines, samples) for index in chosen], axis=2)

    cube = Cube(
        WindowedArray((*first.shape, len(bands)), np.result_type(*types), read),
        name,
        path,
        wavelengths=wavelengths,
        interleave="bsq",
        georeference=first.georeference,
        notes=(*notes, *told),
    )
    missing = tuple(_each([band.nodata for band in bands]))
    scale, offset = (np.array([getattr(band, what) for band in bands]) for what in ("scale", "offset"))
    return Meaning(scale, offset, missing).applied(cube)


def _each(nodata: Sequence[float | None]) -> list[Numbers]:
    """The missing value of every band; NaN, which is missing anyhow, where one has none."""
    values = np.array([np.nan if value is None else value for value in nodata])
    return [] if np.isnan(values).all() else [values]


def _wavelengths(files: list[Path]) -> tuple[Wavelengths | None, list[Path], tuple[str, ...]]:
    """Band centres from the names, the files in the order of the bands, and what was guessed."""
    files = sorted(files, key=_natural)
    matches = [_WAVELENGTH.search(file.stem) for file in files]
    found = [match for match in matches if match]
    if len(found) < len(files):
        told = plural(
            "{count} of {files} names states a wavelength: left out.",
            "{count} of {files} names state a wavelength: left out.",
            len(found),
            files=len(files),
        )
        return None, files, (told,) if found else _doubtful(files)
    centres = np.empty(len(files))
    for index, match in enumerate(found):
        factor = 1.0 if (match[2] or "n").lower().startswith("n") else 1e3
        centres[index] = float((match[1] or match[3]).replace(",", ".")) * factor
    order = np.argsort(centres, kind="stable")
    wavelengths, remarks = band_centres(centres[order], "nm", len(files))
    told = tr("Wavelengths were read from the names of the files.")
    return wavelengths, [files[index] for index in order], (told, *remarks)


def _doubtful(files: list[Path]) -> tuple[str, ...]:
    """A word on numbers in the names that may be wavelengths, though no unit says so."""
    numbers = [int(match[0]) for file in files if (match := _LAST_NUMBER.search(file.stem))]
    if len(numbers) < len(files) or not 300 <= min(numbers) <= max(numbers) <= 2600:
        return ()
    if max(np.diff(sorted(numbers)), default=1) <= 1:
        return ()
    return (
        tr(
            "The names hold numbers from {lowest} to {highest} without a unit, which were not taken as "
            "wavelengths; type those under Metadata if they are.",
            lowest=min(numbers),
            highest=max(numbers),
        ),
    )
