"""What table and plot show below each other: two groups of variants, each with a heading."""

from __future__ import annotations

from s3fn_core.results.controls import Controls, Variant

GROUPS = {False: "Words only", True: "Words and expected spectra"}


def rows_of(controls: Controls) -> list[str | Variant]:
    """Headings and variants from top to bottom."""
    rows: list[str | Variant] = []
    for heard, heading in GROUPS.items():
        members = [v for v in controls.variants if v.expectations == heard]
        if members:
            rows += [heading, *members]
    return rows
