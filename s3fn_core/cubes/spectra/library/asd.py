"""Binary spectra of ASD's field spectrometers (.asd), versions 1 to 8.

Offsets are those of "ASD File Format, version 8, revision B" (ASD Inc., Boulder): a head of 484
bytes, the spectrum of the target, and since version 2 a header and the spectrum of the white
reference.  Numbers are little-endian.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.formats.wavelengths import LONGEST, SHORTEST
from s3fn_core.cubes.spectra.library.single import content_of, head_of, one_spectrum
from s3fn_core.cubes.spectra.library.spectra import SpectralLibrary
from s3fn_core.errors import CubeError
from s3fn_core.files import decoded
from s3fn_core.languages import tr

NAME = tr("ASD spectrum")
SUFFIXES = (".asd",)
_VERSIONS = {"ASD": 1, "asd": 1, **{f"as{n}": n for n in range(2, 9)}}
_SUFFIX = re.compile(r"\.(asd|\d{3})", re.IGNORECASE)  # older programs number their files
_HEAD = 484  # bytes
_COMMENT = slice(3, 160)
_KIND, _FORMAT = 186, 199  # places of single bytes
_AXIS = struct.Struct("<ff")  # the first wavelength and the step, nm
_AXIS_AT, _CHANNELS_AT = 191, 204
_REFERENCE = struct.Struct("<Hdd")  # whether there is one, two times; then a text with its length
_LENGTH = struct.Struct("<H")
_NUMBERS = {0: "<f4", 1: "<i4", 2: "<f8"}
_KINDS = (
    tr("raw counts"),
    tr("reflectance"),
    tr("radiance"),
    tr("numbers without a unit"),
    tr("irradiance"),
    tr("a quality index"),
    tr("transmittance"),
    tr("numbers of an unknown kind"),
    tr("absorbance"),
)
_REFLECTANCE = 1
_BY_THE_REFERENCE = (0, 1, 2)  # kinds that divided by the white reference are reflectance


def can_open(path: Path) -> bool:
    """Whether the first letters are those of a version, and the suffix is one of ASD's."""
    return bool(_SUFFIX.fullmatch(path.suffix)) and head_of(path)[:3] in _VERSIONS


def read(path: Path) -> SpectralLibrary:
    """Read the target's spectrum, divided by that of the white reference where there is one."""
    raw = content_of(path)
    version = _VERSIONS.get(raw[:3].decode("latin-1"))
    if version is None:
        raise CubeError(
            '{path} is not an ASD file: it does not begin with "ASD" or "as2" to "as8".', path=path
        )
    if len(raw) <= _HEAD:
        raise _ends(path, tr("spectrum"))
    wavelengths = _wavelengths(path, raw)
    target, end = _values(path, raw, _HEAD, len(wavelengths), tr("spectrum"))
    white = None if version == 1 else _white(path, raw, end, len(wavelengths))
    values, what = _reflectance(path, raw[_KIND], target, white)
    comment = decoded(raw[_COMMENT].partition(b"\0")[0])
    return one_spectrum(
        path,
        path.stem,
        wavelengths,
        values,
        (),
        (tr("ASD file, version {version}: {what}", version=version, what=what), comment),
    )


def _ends(path: Path, before: str) -> CubeError:
    return CubeError("{path} ends before its {before} does; copy the file again.", path=path, before=before)


def _wavelengths(path: Path, raw: bytes) -> npt.NDArray[np.float64]:
    first, step = _AXIS.unpack_from(raw, _AXIS_AT)
    channels: int = _LENGTH.unpack_from(raw, _CHANNELS_AT)[0]
    last = first + step * (channels - 1)
    if not (channels > 0 and step > 0 and first >= SHORTEST and last <= LONGEST):
        raise CubeError(
            "{path} states {channels} channels from {first:g} nm in steps of {step:g} nm, which no "
            "instrument has; copy the file again.",
            path=path,
            channels=channels,
            first=first,
            step=step,
        )
    wavelengths: npt.NDArray[np.float64] = first + step * np.arange(channels, dtype=np.float64)
    return wavelengths


def _values(
    path: Path, raw: bytes, start: int, channels: int, what: str
) -> tuple[npt.NDArray[np.float64], int]:
    """Numbers from a place on, shape (channels,), and the place behind them."""
    stored = _NUMBERS.get(raw[_FORMAT])
    if stored is None:
        raise CubeError(
            "{path} states {code} as its format of numbers; 0 to 2 are known. Save it as text.",
            path=path,
            code=raw[_FORMAT],
        )
    end = start + channels * np.dtype(stored).itemsize
    if len(raw) < end:
        raise _ends(path, what)
    with np.errstate(invalid="ignore"):  # signalling NaN
        return np.frombuffer(raw, stored, channels, start).astype(np.float64), end


def _white(path: Path, raw: bytes, start: int, channels: int) -> npt.NDArray[np.float64] | None:
    """The white reference, shape (channels,); None where none was taken."""
    if len(raw) == start:
        return None
    text = start + _REFERENCE.size
    if len(raw) < text + _LENGTH.size:
        raise _ends(path, tr("white reference"))
    text += _LENGTH.size + _LENGTH.unpack_from(raw, text)[0]
    values, _ = _values(path, raw, text, channels, tr("white reference"))
    return values if (values > 0).any() else None


def _reflectance(
    path: Path, kind: int, target: npt.NDArray[np.float64], white: npt.NDArray[np.float64] | None
) -> tuple[npt.NDArray[np.float64], str]:
    """Reflectance, shape (channels,), and how it came about."""
    told = _KINDS[kind] if kind < len(_KINDS) else tr("numbers of the kind {kind}", kind=kind)
    if kind in _BY_THE_REFERENCE and white is not None:
        with np.errstate(all="ignore"):
            return np.where(white > 0, target / white, np.nan), tr(
                "{quantity}, target / white reference", quantity=told
            )
    if kind == _REFLECTANCE:
        return target, told
    if kind in _BY_THE_REFERENCE:
        raise CubeError(
            "{path} holds {quantity} and no white reference; save it as reflectance with ASD's program.",
            path=path,
            quantity=told,
        )
    raise CubeError(
        "{path} holds {quantity}, not reflectance; save it as reflectance with ASD's program.",
        path=path,
        quantity=told,
    )
