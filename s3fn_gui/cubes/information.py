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
        Fact(
            tr("Quantity"),
            "reflectance" if item.is_reflectance else tr("not reflectance"),
            "reflectance" in edited,
        ),
        *_calibration(treatment.calibration),
        Fact(tr("Mask"), _mask(treatment.mask)),
        Fact(tr("Origin"), tr("simulated scene") if cube.simulated else ""),
        Fact(tr("Position"), "georeferenced" if cube.georeference else ""),
        Fact(tr("File"), cube.path.name if cube.path else ""),
    ]
    return [fact for fact in found if fact.value]


def notes(item: OpenCube) -> dict[str, tuple[str, ...]]:
    """What was mended and guessed, by occasion."""
    opening = item.source.notes
    later = tuple(note for note in item.cube.notes if note not in opening)
    found = {"Repairs and assumptions made on opening": opening, "Calibration and mask": later}
    return {heading: texts for heading, texts in found.items() if texts}


def as_text(item: OpenCube) -> str:
    """Everything as plain text."""
    lines = [item.cube.name]
    if item.path is not None:
        lines.append(str(item.path))
    lines += [f"{f.name}: {f.value}{' (edited)' if f.edited else ''}" for f in facts(item)]
    centres = item.cube.wavelengths
    if centres is not None:
        lines.append(
            tr("Wavelengths (nm): {centres}", centres=", ".join(plain_number(float(c)) for c in centres))
        )
    for heading, texts in notes(item).items():
        lines += ["", f"{heading}:", *texts]
    return "\n".join(lines) + "\n"


def as_html(item: OpenCube) -> str:
    """A calm table for a narrow panel, then the notes."""
    colours = theme.current()
    mark = f' <span style="color:{colours.accent}">edited</span>'
    table = "".join(
        f'<tr><td style="color:{colours.muted}; padding-right:8px">{fact.name}</td>'
        f"<td>{html.escape(unmarked(fact.value))}{mark if fact.edited else ''}</td></tr>"
        for fact in facts(item)
    )
    paragraphs = "".join(
        f'<p style="color:{colours.muted}; margin:8px 0 0 0">{heading}</p>'
        + "".join(f'<p style="margin:4px 0">{html.escape(unmarked(text))}</p>' for text in texts)
        for heading, texts in notes(item).items()
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
    return f"{cube.bands}" + (tr(" ({bad} bad)", bad=bad) if bad else "")


def _range(cube: Cube) -> str:
    if cube.wavelengths is None:
        return tr("no wavelengths")
    return tr(
        "{minimum:.0f} to {maximum:.0f} nm", minimum=cube.wavelengths.min(), maximum=cube.wavelengths.max()
    )


def _nodata(metadata: Metadata) -> str:
    return "none" if metadata.nodata is None else plain_number(metadata.nodata)


def _quantity(item: OpenCube) -> str:
    return "reflectance" if item.is_reflectance else tr("not reflectance")


def _scale(item: OpenCube) -> str:
    """Calibrated values come from references, whatever the factor."""
    if item.treatment.calibration is not None:
        return ""
    scale = _described(item).scale
    return tr("as stored") if scale == 1 else tr("stored × {scale}", scale=plain_number(scale))


def _calibration(calibration: Calibration | None) -> list[Fact]:
    if calibration is None:
        return []
    panel = np.asarray(calibration.panel)
    factor = f"× {panel.min():.3g}" if panel.min() == panel.max() else tr("certified, band by band")
    return [
        Fact(tr("White"), calibration.white.name),
        Fact(tr("Dark"), calibration.dark.name),
        Fact(tr("Panel"), "" if factor == "× 1" else factor),
    ]


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
