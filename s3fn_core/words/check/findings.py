"""What the check of one claim gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from s3fn_core.languages import tr
from s3fn_core.words.claims import Claim, Comparison, Feature, Level
from s3fn_core.words.claims.mentions import Mention

Verdict = Literal["supported", "contradicted", "outside", "unchecked"]
VERDICTS: Sequence[Verdict] = ("supported", "contradicted", "outside", "unchecked")


@dataclass(frozen=True)
class Finding:
    """A claim with what the measurement says of it.

    Attributes
    ----------
    claim : Claim or Mention
        With its place in the text.
    verdict : Verdict
        "outside": the cube shows nothing there.  "unchecked": there is nothing to hold it against.
    sentence : str
        Plain words, with the measurement.
    """

    claim: Claim | Mention
    verdict: Verdict
    sentence: str

    @property
    def place(self) -> tuple[float | None, float | None]:
        """Wavelengths in nm from where to where it speaks of; None is an open end."""
        claim = self.claim
        if isinstance(claim, Feature):
            return (
                (claim.centre_nm, claim.centre_nm) if claim.low_nm is None else (claim.low_nm, claim.high_nm)
            )
        return claim.low_nm, claim.high_nm

    @property
    def kind(self) -> str:
        """One word for it: "level", "absorption", "maximum", "slope", "comparison", "mention"."""
        claim = self.claim
        if isinstance(claim, Feature):
            return "absorption" if claim.kind == "dip" else "maximum"
        if isinstance(claim, Level):
            return "level"
        if isinstance(claim, Mention):
            return "mention"
        return "comparison" if isinstance(claim, Comparison) else "slope"


@dataclass(frozen=True)
class Answer:
    """A verdict with its sentence, before it is bound to its claim."""

    verdict: Verdict
    sentence: str


def nm(low: float | None, high: float | None = None) -> str:
    """A place in the spectrum in words: "670 nm", "700 to 889 nm"."""
    if low is None:
        return tr("all wavelengths") if high is None else tr("up to {high:.0f} nm", high=high)
    if high is None or round(low) == round(high):
        return f"{low:.0f} nm"
    return tr("{low:.0f} to {high:.0f} nm", low=low, high=high)


def near(low: float, high: float) -> str:
    """Where a feature is said to be: "near 670 nm", "at 400 to 500 nm"."""
    where = nm(low, high)
    return tr("near {where}", where=where) if low == high else tr("at {where}", where=where)
