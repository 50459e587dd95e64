"""All claims of a text, each with its verdict."""

from __future__ import annotations

from collections.abc import Sequence

from s3fn_core.languages import tr
from s3fn_core.words.check.comparisons import check_comparison
from s3fn_core.words.check.features import check_feature
from s3fn_core.words.check.findings import Answer, Finding, nm
from s3fn_core.words.check.levels import check_level
from s3fn_core.words.check.measurements import Measured, Measurements
from s3fn_core.words.check.slopes import check_slope
from s3fn_core.words.claims import Claim, Feature, Level, Slope, parse_claims
from s3fn_core.words.claims.mentions import Mention, find_mentions


def check_text(text: str, name: str, others: Sequence[str], scene: Measurements) -> tuple[Finding, ...]:
    """Hold every claim of a description against what was measured.

    Parameters
    ----------
    text : str
        The description of a class; wavelengths in nm, µm, um or cm-1.
    name : str
        The class that it describes.
    others : sequence of str
        The other classes, which it may compare with.
    scene : Measurements
        Labelled spectra by class name.

    Returns
    -------
    tuple of Finding
        In the order of the text.  Wavelengths that are only named are among them: outside of the
        cube's range, or not checkable.
    """
    claims = parse_claims(text, others)
    own = scene.of(name)
    found = [_finding(claim, _answer(claim, name, own, scene)) for claim in claims]
    found += [_finding(m, _answer_to_mention(m, scene)) for m in find_mentions(text, claims)]
    return tuple(sorted(found, key=lambda finding: (finding.claim.start, finding.claim.stop)))


def _finding(claim: Claim | Mention, answer: Answer) -> Finding:
    return Finding(claim, answer.verdict, answer.sentence)


def _answer(claim: Claim, name: str, own: Measured | None, scene: Measurements) -> Answer:
    low, high = Finding(claim, "unchecked", "").place
    if (hindrance := scene.hindrance(low, high)) is not None:
        return hindrance
    if own is None:
        sentence = tr(
            "No pixel of {name} is labelled on this cube, so there is nothing to compare with.", name=name
        )
        return Answer("unchecked", sentence)
    if isinstance(claim, Level):
        return check_level(claim, own, scene)
    if isinstance(claim, Feature):
        return check_feature(claim, own)
    if isinstance(claim, Slope):
        return check_slope(claim, own, scene)
    return check_comparison(claim, own, scene)


def _answer_to_mention(mention: Mention, scene: Measurements) -> Answer:
    low, high = mention.low_nm, mention.high_nm
    return scene.hindrance(low, high) or Answer(
        "unchecked",
        tr("The text names {where} but claims nothing about it that can be checked.", where=nm(low, high)),
    )
