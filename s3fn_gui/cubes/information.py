"""What is known of a cube, in words: for the panel, and as text to copy."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
from PySide6.QtGui import QGuiApplication

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.treatment import Mask, Metadata
from s3fn_core.languages import plural, tr
from s3fn_core.quoting import per_cent, unmarked
from s3fn_core.types import Wavelengths
from s3fn_gui.base import theme
from s3fn_gui.base.texts import plain_number
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

_LOOKED_AT = 512  # lines and samples of a mask whose share is shown


@dataclass(frozen=True)
class Fact:
    """One line; `edited` says that it is the analyst's own word, not the file's."""

    name: str
    value: str
    edited: bool = False


def facts(item: OpenCube) -> list[Fact]:
    """Everything that fits on a line."""
    cube, treatment = item.cube, item.treatment
    edited = _edited(item)
    found = [
        Fact(tr("Size"), tr("{lines} × {samples} pixels", lines=cube.lines, samples=cube.samples)),
        Fact(tr("Bands"), _bands(cube), "good_bands" in edited),
        Fact(tr("Range"), _range(cube), "wavelengths" in edited),
        Fact(tr("Values"), str(item.source.data.dtype)),
        Fact(tr("Stored"), item.source.interleave.upper()),
        Fact(tr("No data"), _nodata(_described(item)), "nodata" in edited),
        Fact(tr("Scale"), _scale(item), "scale" in edited),
        Fact(tr("Quantity"), _quantity(item), "reflectance" in edited),
        *_calibration(treatment.calibration),
        Fact(tr("Mask"), _mask(treatment.mask)),
        Fact(tr("Origin"), tr("simulated scene") if cube.simulated else ""),
        Fact(tr("Position"), tr("georeferenced") if cube.georeference else ""),
        Fact(tr("File"), cube.path.name if cube.path else ""),
    ]
    return [fact for fact in found if fact.value]


def notes(item: OpenCube) -> list[tuple[str, tuple[str, ...]]]:
    """What was mended and guessed, below a heading for each occasion."""
    opening = item.source.notes
    later = tuple(note for note in item.cube.notes if note not in opening)
    found = [(tr("Repairs and assumptions made on opening"), opening), (tr("Calibration and mask"), later)]
    return [(heading, texts) for heading, texts in found if texts]


def as_text(item: OpenCube) -> str:
    """Everything as plain text."""
    lines = [item.cube.name]
    if item.path is not None:
        lines.append(str(item.path))
    lines += [_line(fact) for fact in facts(item)]
    if item.cube.wavelengths is not None:
        centres = ", ".join(plain_number(float(centre)) for centre in item.cube.wavelengths)
        lines.append(tr("Wavelengths (nm): {centres}", centres=centres))
    for heading, texts in notes(item):
        lines += ["", f"{heading}:", *texts]
    return "\n".join(lines) + "\n"


def _line(fact: Fact) -> str:
    if fact.edited:
        return tr("{name}: {value} (edited)", name=fact.name, value=fact.value)
    return f"{fact.name}: {fact.value}"


def as_html(item: OpenCube) -> str:
    """A calm table for a narrow panel, then the notes."""
    colours = theme.current()
    mark = f' <span style="color:{colours.accent}">{tr("edited")}</span>'
    table = "".join(
        f'<tr><td style="color:{colours.muted}; padding-right:8px">{fact.name}</td>'
        f"<td>{html.escape(unmarked(fact.value))}{mark if fact.edited else ''}</td></tr>"
        for fact in facts(item)
    )
    paragraphs = "".join(
        f'<p style="color:{colours.muted}; margin:8px 0 0 0">{heading}</p>'
        + "".join(f'<p style="margin:4px 0">{html.escape(unmarked(text))}</p>' for text in texts)
        for heading, texts in notes(item)
    )
    return f"<table cellspacing=0 cellpadding=1>{table}</table>{paragraphs}"


def _edited(item: OpenCube) -> set[str]:
    """Fields of the metadata in which the analyst contradicts the file."""
    stated = item.treatment.metadata
    if stated is None:
        return set()
    file = vars(Metadata.of(item.source))
    return {name for name, value in vars(stated).items() if value != file[name]}


def _described(item: OpenCube) -> Metadata:
    """What holds for the stored values; those of a treated cube may be others."""
    return item.treatment.metadata or Metadata.of(item.source)


def _bands(cube: Cube) -> str:
    bad = int(np.count_nonzero(~cube.good_bands))
    return tr("{bands} ({bad} bad)", bands=cube.bands, bad=bad) if bad else str(cube.bands)


def _range(cube: Cube) -> str:
    if cube.wavelengths is None:
        return tr("no wavelengths")
    first, last = cube.wavelengths.min(), cube.wavelengths.max()
    return tr("{first:.0f} to {last:.0f} nm", first=first, last=last)


def _nodata(metadata: Metadata) -> str:
    return tr("none") if metadata.nodata is None else plain_number(metadata.nodata)


def _quantity(item: OpenCube) -> str:
    return tr("reflectance") if item.is_reflectance else tr("not reflectance")


def _scale(item: OpenCube) -> str:
    """Calibrated values come from references, whatever the factor."""
    if item.treatment.calibration is not None:
        return ""
    scale = _described(item).scale
    return tr("as stored") if scale == 1 else tr("stored × {scale}", scale=plain_number(scale))


def _calibration(calibration: Calibration | None) -> list[Fact]:
    if calibration is None:
        return []
    return [
        Fact(tr("White"), calibration.white.name),
        Fact(tr("Dark"), calibration.dark.name),
        Fact(tr("Panel"), _panel(np.asarray(calibration.panel))),
    ]


def _panel(panel: Wavelengths) -> str:
    """Empty where it reflects everything."""
    if panel.min() != panel.max():
        return tr("certified, band by band")
    factor = f"{panel.min():.3g}"
    return "" if factor == "1" else f"× {factor}"


def _mask(mask: Mask | None) -> str:
    if mask is None:
        return ""
    count = int(mask.objects.max(initial=0))
    step = [max(1, -(-size // _LOOKED_AT)) for size in mask.objects.shape]
    share = float((mask.objects[:: step[0], :: step[1]] > 0).mean())
    return plural(
        "{count} object on {share} of the image",
        "{count} objects on {share} of the image",
        count,
        share=per_cent(share, 0),
    )


def copy_information(session: Session) -> None:
    """Copy everything known of the current cube."""
    item = session.cubes.current
    if item is not None:
        QGuiApplication.clipboard().setText(as_text(item))
        session.report("info", tr("Information about {name} copied.", name=item.cube.name))
