"""Export of the classification map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from s3fn_core.progress import Operation, Progress

if TYPE_CHECKING:
    from s3fn_core.results.export import ClassMap


def write_map(
    class_map: ClassMap, folder: Path, stem: str, formats: tuple[str, ...]
) -> Operation[list[Path]]:
    """Export a map; one file format after the other, so that Cancel works in between."""
    from s3fn_core.results.export import export_map

    paths: list[Path] = []
    for done, kind in enumerate(formats):
        yield Progress("export", done / len(formats), f"Writing {stem} ({kind})")
        paths += [p for p in export_map(class_map, folder, stem, (kind,)) if p not in paths]
    return paths
