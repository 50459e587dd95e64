"""Levels that a text states, held against the library where nothing is labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.words.check.findings import Finding, nm
from s3fn_core.words.check.levels import percent
from s3fn_core.words.claims import Level
from s3fn_core.words.library.bundled import MATERIALS, bundled
from s3fn_core.words.library.entries import Entry
from s3fn_core.words.library.literal import word_for_word

GROSS = 0.10
"""Least difference of reflectance that is called gross."""
TIMES = 2.5
"""And least ratio: materials of one name differ by a factor of two."""


def against_library(findings: Sequence[Finding], name: str) -> tuple[Finding, ...]:
    """Findings in which levels that nothing measured are contradicted by the library, where they are.

    Only materials that the class's name holds word for word are asked, and all of them must
    disagree.

    Parameters
    ----------
    findings : sequence of Finding
    name : str
        Of the class.
    """
    if not any(_is_open(one) for one in findings):
        return tuple(findings)
    shelf = [entry for entry in bundled() if entry.collection == MATERIALS]
    meant = word_for_word(shelf, name)
    best = max((score for score, _ in meant.values()), default=0.0)
    materials = [shelf[i] for i, (score, _) in meant.items() if score == best]
    return tuple(_checked(one, materials) if _is_open(one) else one for one in findings)


def _is_open(finding: Finding) -> bool:
    return finding.verdict == "unchecked" and isinstance(finding.claim, Level)


def _checked(finding: Finding, materials: Sequence[Entry]) -> Finding:
    claim = finding.claim
    assert isinstance(claim, Level)
    places = np.linspace(claim.low_nm, claim.high_nm, 5)
    known = [(entry, float(np.mean(entry.at(places)))) for entry in materials]
    if not known or not all(_is_gross(claim, value) for _, value in known):
        return finding
    entry, value = known[0]
    sentence = tr(
        "Library: {name} {value} % at {where}. The text says {stated} %.",
        name=entry.name,
        value=percent(value),
        where=nm(claim.low_nm, claim.high_nm),
        stated=percent(claim.reflectance),
    )
    return replace(finding, verdict="contradicted", sentence=sentence)


def _is_gross(claim: Level, value: float) -> bool:
    """Whether a stated level is far from the library's (NaN is not)."""
    low, high = sorted((claim.reflectance, value))
    return high - low > max(GROSS, claim.allowance) and high > TIMES * low
