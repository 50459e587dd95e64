"""Wavelengths in the texts that programs write beside bands: descriptions, labels, page names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from s3fn_core.cubes.formats.variables import running_numbers
from s3fn_core.cubes.formats.wavelengths import band_centres
from s3fn_core.types import Wavelengths

# "band 12 (478.2 Nanometers)", "478.2 nm", "0.478 um", or a bare number such as "478.2".
_IN_TEXT = re.compile(
    r"(\d+(?:\.\d+)?)\s*(nanomet\w*|nm|micromet\w*|microns?|um|µm|μm)\b|^\s*(\d+(?:\.\d+)?)\s*$",
    re.IGNORECASE,
)
_COUNTING = 100  # whole numbers below it are numbers of bands


def centres_of_texts(texts: Sequence[str | None], source: str) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres, where every band's text holds one.

    Parameters
    ----------
    texts : sequence of str or None
        One for each band.
    source : str
        What the texts are, for the note, e.g. "band descriptions".

    Returns
    -------
    wavelengths : array of float64, shape (bands,), in nm, or None
    notes : tuple of str
    """
    matches = [_IN_TEXT.search(text or "") for text in texts]
    hits = [match for match in matches if match]
    if not hits or len(hits) < len(texts):
        united = sum(1 for hit in hits if hit[2])
        return None, _partly(united, len(texts), source)
    bare = np.array([float(hit[3]) for hit in hits if hit[3]])
    few = bool(bare.size and bare.max() < _COUNTING and np.all(bare % 1 == 0))
    if len(bare) == len(texts) > 1 and (few or running_numbers(bare)):
        return None, ()  # they count the bands
    unit = hits[0][2] and ("nm" if hits[0][2].lower().startswith("n") else "um")
    found, remarks = band_centres([hit[1] or hit[3] for hit in hits], unit, len(texts))
    if found is None:
        return None, remarks
    return found, (f"Wavelengths come from the {source}.", *remarks)


def centres_of_tags(tags: Sequence[dict[str, str]], bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres from tags of each band called wavelength, with wavelength_units beside them."""
    stated = [band["wavelength"] for band in tags if "wavelength" in band]
    if not stated or len(stated) < bands:
        return None, _partly(len(stated), bands, "band tags")
    unit = tags[0].get("wavelength_units") or tags[0].get("wavelength_unit")
    return band_centres(stated, unit, bands)


def centres_of_file(tags: dict[str, Any], bands: int) -> tuple[Wavelengths | None, tuple[str, ...]]:
    """Band centres from tags of the whole file.

    Either a list called wavelength(s), or Band_1, Band_2 ... as GDAL translates ENVI headers.
    """
    lower = {key.lower(): value for key, value in tags.items()}
    unit = lower.get("wavelength_units") or lower.get("wavelength_unit")
    for key in ("wavelength", "wavelengths", "center_wavelengths", "band_centers"):
        if key in lower:
            listed = lower[key]
            if isinstance(listed, str):
                listed = re.split(r"[,;\s]+", listed.strip("{}[]() \t\n"))
            found, remarks = band_centres(listed, unit, bands)
            return found, (f'Wavelengths come from the tag "{key}" of the file.', *remarks)
    texts = [lower.get(f"band_{band + 1}") for band in range(bands)]
    return centres_of_texts([t if isinstance(t, str) else None for t in texts], "tags of the file")


def _partly(stated: int, bands: int, source: str) -> tuple[str, ...]:
    if not stated:
        return ()
    return (f"{stated} of {bands} {source} state a wavelength: they were left out.",)
