"""What the metadata of EnMAP and DESIS say about the image beside them, in the words of an ENVI header.

DLR delivers both as ``...-SPECTRAL_IMAGE.TIF`` with ``...-METADATA.XML``, in which each band has a
``bandID`` ("EnMAP HSI Level 1B/1C/2A Product Specification", EN-PCV-ICD-2009; DESIS has the same but
for the case of some letters).  The few numbers are picked out as text: no entity of an XML file is
ever resolved.
"""

from __future__ import annotations

import re
from pathlib import Path

from s3fn_core.envi.text import Entry, HeaderText

_IMAGE = re.compile("SPECTRAL_IMAGE.*", re.IGNORECASE)
_LARGEST = 64 << 20  # bytes
_BAND = re.compile(r"<bandID\b.*?</bandID>", re.DOTALL)
_FIELDS = {
    "wavelength": "wavelengthCenterOfBand",
    "data gain values": "gainOfBand",
    "data offset values": "offsetOfBand",
}


def metadata_beside(image: Path) -> HeaderText | None:
    """The metadata of an image, None where there are none."""
    if not _IMAGE.search(image.stem):
        return None
    wanted = f"{_IMAGE.sub('METADATA', image.stem)}.xml".lower()
    found = [file for file in image.parent.iterdir() if file.name.lower() == wanted]
    if not found or found[0].stat().st_size > _LARGEST:
        return None
    text = found[0].read_text("utf-8", "replace")
    bands = [band for band in _BAND.findall(text) if "wavelengthcenterofband" in band.lower()]
    entries = {
        field: Entry(", ".join(value or "none" for value in values), 0)
        for field, tag in _FIELDS.items()
        if any(values := [_value(band, tag) for band in bands])
    }
    if "wavelength" not in entries:
        return None
    background = _value(text, "backgroundValue")
    if background:
        entries["data ignore value"] = Entry(background, 0)
    entries["wavelength units"] = Entry("nm", 0)
    return HeaderText(found[0], entries)


def _value(text: str, tag: str) -> str:
    """The text of the first element of a kind."""
    match = re.search(rf"<{tag}\b[^>]*>\s*([^<]*?)\s*<", text, re.IGNORECASE)
    return match[1] if match else ""
