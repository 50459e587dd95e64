"""The commands of the library of materials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from s3fn_core.cli.arguments import Json
from s3fn_core.cli.describe_library import entry_record, record
from s3fn_core.cli.output import follow, give, warn
from s3fn_core.cli.own_spectra import OwnSpectra, own_spectra
from s3fn_core.cubes.spectra import tables
from s3fn_core.cubes.spectra.library import SpectralLibrary, read_library
from s3fn_core.errors import WordsError
from s3fn_core.quoting import columns
from s3fn_core.words.library.bundled import bundled
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.identifying import By, Match, identify
from s3fn_core.words.library.matching import Proposal, open_library
from s3fn_core.words.library.own import factor_of
from s3fn_core.words.library.taking import not_reflectance

COUNT = 10

app = typer.Typer(help="Spectra of materials and minerals.")


@app.callback()
def library() -> None:
    """Spectra of materials and minerals."""


@app.command()
def search(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="A word or phrase.")] = None,
    spectrum: Annotated[
        Path | None, typer.Option("--spectrum", metavar="FILE", help="A file of spectra to look up instead.")
    ] = None,
    range_nm: Annotated[
        tuple[float, float] | None,
        typer.Option("--range", metavar="LOW HIGH", help="Compare only bands from LOW to HIGH nm."),
    ] = None,
    by: Annotated[
        By, typer.Option("--by", help="Order by spectral angle, or by absorption features.")
    ] = "angle",
    own: OwnSpectra = None,
    count: Annotated[int, typer.Option("--count", min=1, help="Maximum number of entries.")] = COUNT,
    as_json: Json = False,
) -> None:
    """Search the library by words, or for what a measured spectrum is most like.

    A spectrum is compared whatever its brightness: percent or raw values do as well, as long as
    their shape is that of reflectance.
    """
    if (text is None) == (spectrum is None):
        raise WordsError("Give either a text, or a spectrum with --spectrum FILE.")
    notes: list[str] = []
    entries = own_spectra(own or [], notes)
    if text is not None:
        if range_nm is not None:
            raise WordsError("--range belongs to --spectrum.")
        found = follow(open_library(entries), "library").search(text, count)
        warn(notes)
        rows = [record(one) for one in found]
        give({"text": text, "matches": rows, "notes": notes}, as_json, _told_texts(text, found))
    elif spectrum is not None:
        asked = read_library(spectrum)
        notes += _judged(asked, spectrum.name)
        ranked = _identified(asked, (*bundled(), *entries), range_nm, by, count)
        warn(notes)
        result = {
            "by": by,
            "range": range_nm,
            "spectra": [{"name": name, "matches": [_record(m) for m in some]} for name, some in ranked],
            "notes": notes,
        }
        give(result, as_json, "\n\n".join(_told(name, some) for name, some in ranked))


def _judged(asked: SpectralLibrary, name: str) -> list[str]:
    """What to say of spectra that are looked up."""
    factor, _ = factor_of(asked.spectra, name)
    guard = [not_reflectance(name)] if factor is None else []
    return [*(f"{name}: {note}" for note in asked.notes), *guard]


def _identified(
    asked: SpectralLibrary,
    entries: tuple[Entry, ...],
    range_nm: tuple[float, float] | None,
    by: By,
    count: int,
) -> list[tuple[str, tuple[Match, ...]]]:
    """The matches of every spectrum of a file, by its name."""
    good = np.ones(len(asked.wavelengths), bool)
    return [
        (name, identify(values, asked.wavelengths, good, entries, range_nm=range_nm, by=by, count=count))
        for name, values, _ in tables.means(asked)
    ]


def _record(match: Match) -> dict[str, Any]:
    """A match for a program."""
    return {
        **entry_record(match.entry),
        "angle": round(match.angle, 3),
        "feature_fit": round(match.feature_fit, 4),
        "scale": match.scale,
        "bands": match.bands,
    }


def _told(name: str, matches: tuple[Match, ...]) -> str:
    rows = [("  entry", "angle", "features", "bands", "measured", "collection", "title")]
    rows += [
        (
            f"  {m.entry.name}",
            f"{m.angle:.1f}°",
            "" if np.isnan(m.feature_fit) else f"{m.feature_fit:.2f}",
            str(m.bands),
            m.entry.origin,
            m.entry.collection,
            m.entry.title,
        )
        for m in matches
    ]
    return f"{name}:\n{columns(rows)}"


def _told_texts(text: str, found: tuple[Proposal, ...]) -> str:
    if not found:
        return f'Nothing in the library is called "{text}" or like it; try a more general word.'
    rows = [("entry", "score", "measured", "collection", "title")]
    rows += [
        (o.entry.name, f"{o.score:.2f}", o.entry.origin, o.entry.collection, o.entry.title) for o in found
    ]
    return columns(rows)
