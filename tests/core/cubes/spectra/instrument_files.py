"""Files of spectra in the layouts that instruments and public libraries write."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.float64]

ECOSTRESS = """Name: Quartz SiO2
Type: mineral
Class: Silicate
Subclass: Tectosilicate
Particle Size: coarse
Sample No.: quartz.1
Owner: Dept. of Earth and Planetary Science, JHU
Wavelength Range: All
Origin: Hot Springs, Arkansas
Collection Date: N/A
Description: Clear crystals, which were ground
to a powder: 125-500 micrometers.
Measurement: Hemispherical reflectance
First Column: X
Second Column: Y
X Units: Wavelength (micrometers)
Y Units: Reflectance (percentage)
First X Value: 2.5
Last X Value: 0.4
Number of X Values: 4
Additional Information: mineral.silicate.quartz1.jhu.becknic.ancillary.txt

"""
ECOSTRESS_ROWS = " 2.5000\t 40.5\n 1.0000\t 30\n 0.5000\t 20.25\n 0.4000\t 10\n"

SVC = """/*** Spectra Vista SIG Data ***/
name= C:\\scans\\gr091715_0003.sig
instrument= HI: 1172048
integration= 30.0, 30.0, 10.0, 20.0, 30.0, 10.0
scan method= Time-based, Time-based
optic= LENS 4 (1), LENS 4 (1)
units= Radiance, Radiance
time= 9/17/2015 11:23:01 AM, 9/17/2015 11:23:50 AM
comm= maple, upper leaf
factors= 1.000, 1.000, 1.000 [Overlap: Preserve]
data=
"""
SVC_ROWS = "338.1  2000.00  100.00  5.00\n339.5  2000.00  200.00  10.00\n340.9  4000.00  1000.00  25.00\n"

UM = {  # what the library's wavelengths are called, and how many it has here
    "ASD_0.35-2.5_microns_2151_ch": np.linspace(0.35, 2.5, 8),
    "BECK_Beckman_0.2-3.0_microns": np.linspace(0.2, 3.0, 6),
    "NIC4_Nicolet_1.12-216microns": np.array([1.12, 2, 20, 90, 150, 216]),
    "AVIRIS_1996_0.37-2.5_microns": np.linspace(0.37, 2.5, 5),
}


def write_asd(
    path: Path,
    target: Values,
    white: Values | None,
    *,
    magic: bytes = b"as7",
    kind: int = 1,
    stored: int = 2,
    first: float = 350.0,
    step: float = 1.0,
    note: bytes = b"panel",
) -> Path:
    """ASD File Format, version 8, revision B."""
    dtype = {0: "<f4", 1: "<i4", 2: "<f8"}[stored]
    head = bytearray(484)
    head[:3] = magic
    head[3:13] = b"oak leaf 1"
    head[186], head[199] = kind, stored
    struct.pack_into("<ff", head, 191, first, step)
    struct.pack_into("<H", head, 204, len(target))
    content = bytes(head) + target.astype(dtype).tobytes()
    if magic not in (b"ASD", b"asd"):
        content += struct.pack("<Hdd", 0 if white is None else 0xFFFF, 43000.5, 43000.6)
        content += struct.pack("<H", len(note)) + note
        content += (np.zeros(len(target)) if white is None else white).astype(dtype).tobytes()
    path.write_bytes(content)
    return path


def usgs_text(title: str, values: Values) -> str:
    return "\n".join([title, *(f" {value:.7e}" for value in values)]) + "\n"


def write_usgs(folder: Path) -> Path:
    """A library in the folders of splib07a: wavelengths above, chapters with spectra, error bars."""
    chapter = folder / "ChapterM_Minerals"
    (chapter / "errorbars").mkdir(parents=True)
    for number, (name, um) in enumerate(UM.items()):
        title = f" splib07a Record={number}: Wavelengths {name}"
        (folder / f"splib07a_Wavelengths_{name}.txt").write_text(usgs_text(title, um))
    width = usgs_text(" splib07a Record=9: Bandpass (FWHM) ASDFR", np.ones(8))
    (folder / "splib07a_Bandpass_(FWHM)_ASDFR_StandardResolution.txt").write_text(width)
    for name, code, bands in (
        ("Actinolite HS116.1B", "ASDFRb", 8),
        ("Actinolite HS116.1B", "BECKb", 6),
        ("Alunite GDS84", "ASDNGa", 8),
        ("Quartz HS32", "NIC4aaa", 6),
    ):
        values = np.linspace(0.1, 0.8, bands)
        values[0] = -1.23e34
        file = f"splib07a_{name.replace(' ', '_')}_{code}_AREF.txt"
        title = f" splib07a Record=1234: {name}          {code} AREF"
        (chapter / file).write_text(usgs_text(title, values))
        (chapter / "errorbars" / f"errorbars_for_{file}").write_text(usgs_text(title, values))
    return folder
