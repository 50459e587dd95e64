"""Absorptions and maxima that a text claims, held against the measured spectrum."""

from __future__ import annotations

from typing import Literal

import numpy as np

from s3fn_core.languages import tr
from s3fn_core.words.check.continuum import Band, find_band, one_sided
from s3fn_core.words.check.findings import Answer, Verdict, near, nm
from s3fn_core.words.check.measurements import Measured
from s3fn_core.words.claims import Feature

Kind = Literal["dip", "peak"]
TOO_NOISY = 0.05
"""Where only deeper features would show, their absence says nothing: leaf water at 970 nm and clay
at 2200 nm are about that deep."""
WIDE = 80.0
"""A feature over a range of that many nm ("absorbs blue light") may also be meant as a comparison
of that range with the rest of the spectrum."""
LEAST_DIFFERENCE = 0.1
"""Share of the brighter one by which such a range differs at least."""


def check_feature(claim: Feature, own: Measured) -> Answer:
    """Whether the mean of the class has the feature, in sight of noise and position."""
    low = claim.centre_nm if claim.low_nm is None else claim.low_nm
    high = claim.centre_nm if claim.high_nm is None else claim.high_nm
    answer = _local(claim, own, low, high)
    if high - low < WIDE or claim.absent or answer.verdict == "supported":
        return answer
    return _of_range(claim, own, low, high) or answer


def _local(claim: Feature, own: Measured, low: float, high: float) -> Answer:
    """The feature as one that stands out of what is around it."""
    found = find_band(own, claim.kind, low, high)
    opposite = find_band(own, "peak" if claim.kind == "dip" else "dip", low, high)
    if isinstance(found, Answer):
        return found
    if isinstance(opposite, Answer):
        return opposite
    turned = opposite.is_there and opposite.depth > found.depth
    where = near(low, high)
    if found.is_there and not turned:
        verdict: Verdict = "contradicted" if claim.absent else "supported"
        return Answer(verdict, f"{_seen(claim.kind, found)} {_said(claim, where)}")
    if not turned and not found.has_sides:
        return one_sided(low, high)
    if not turned and found.threshold > TOO_NOISY:
        return Answer("unchecked", _too_noisy(claim.kind, nm(low, high), found.threshold))
    if claim.absent:
        return Answer("supported", f"{_none(claim.kind, found)} {_said(claim, where)}")
    instead = _instead(claim, found, opposite if turned else None)
    return Answer("contradicted", f"{instead} {_said(claim, where)}")


def _of_range(claim: Feature, own: Measured, low: float, high: float) -> Answer | None:
    """The feature as a range that is darker (or brighter) than the rest; None if it is all."""
    inside = own.within(low, high)
    others = np.setdiff1d(np.arange(len(own.bands)), inside)
    if not len(others):
        return None
    here, there = float(own.mean[inside].mean()), float(own.mean[others].mean())
    sign = -1 if claim.kind == "dip" else 1
    fits = (here - there) * sign > LEAST_DIFFERENCE * max(abs(here), abs(there))
    where = nm(float(own.bands[inside[0]]), float(own.bands[inside[-1]]))
    if there > 0:
        share = 100 * here / there
        measured = tr(
            "Measured: at {where} {share:.0f} % of the mean at all other wavelengths.",
            where=where,
            share=share,
        )
    else:
        measured = tr(
            "Measured: {here:.3g} at {where}, {there:.3g} at all other wavelengths.",
            here=here,
            where=where,
            there=there,
        )
    return Answer("supported" if fits else "contradicted", f"{measured} {_said(claim, near(low, high))}")


def _instead(claim: Feature, found: Band, opposite: Band | None) -> str:
    """What there is in the place of what the text says."""
    if opposite is not None:
        return _seen("peak" if claim.kind == "dip" else "dip", opposite)
    if found.depth < found.threshold:
        return _none(claim.kind, found)
    if not found.stands_out:
        return tr("Measured: only a bend there, which is no higher than what is around it.")
    edge = {"nm": found.deepest_nm, "depth": 100 * found.deepest}
    if claim.kind == "dip":
        return tr(
            "Measured: only the edge of an absorption at {nm:.0f} nm, where it is {depth:.2g} % deep.", **edge
        )
    return tr("Measured: only the edge of a maximum at {nm:.0f} nm, where it is {depth:.2g} % high.", **edge)


def _seen(kind: Kind, found: Band) -> str:
    known = {"depth": 100 * found.depth, "nm": found.at_nm}
    if kind == "dip":
        return tr("Measured: an absorption {depth:.2g} % deep at {nm:.0f} nm.", **known)
    return tr("Measured: a maximum {depth:.2g} % high at {nm:.0f} nm.", **known)


def _none(kind: Kind, found: Band) -> str:
    known = {"depth": found.depth, "noise": found.noise}
    if kind == "dip":
        return tr(
            "Measured: no absorption there (continuum-removed depth {depth:.3f}, noise {noise:.3f}).", **known
        )
    return tr("Measured: no maximum there (continuum-removed depth {depth:.3f}, noise {noise:.3f}).", **known)


def _too_noisy(kind: Kind, where: str, threshold: float) -> str:
    known = {"where": where, "threshold": 100 * threshold}
    if kind == "dip":
        return tr(
            "The measured spectrum is too noisy at {where} to tell: "
            "only an absorption of more than {threshold:.2g} % would show.",
            **known,
        )
    return tr(
        "The measured spectrum is too noisy at {where} to tell: "
        "only a maximum of more than {threshold:.2g} % would show.",
        **known,
    )


def _said(claim: Feature, where: str) -> str:
    if claim.kind == "dip" and claim.absent:
        return tr("The text says that there is no absorption {where}.", where=where)
    if claim.kind == "dip":
        return tr("The text says that there is an absorption {where}.", where=where)
    if claim.absent:
        return tr("The text says that there is no maximum {where}.", where=where)
    return tr("The text says that there is a maximum {where}.", where=where)
