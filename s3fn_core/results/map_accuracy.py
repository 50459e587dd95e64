"""What held-out labels let expect of a whole map: an interval, or the reason why there is none.

Held-out labels tell how often pixels like them are right.  They flatter where labels cover a part of
the scene only, and where they lie beside those that were learned from.  So

- what counts is not pixels but the separate places in which a class is labelled, and a class that
  is labelled in one place only counts as not measured;
- the interval is that of Clopper and Pearson (Biometrika 26, 1934) for so many places, none of
  which tells all of a scene;
- the model that is kept has learned from more labels than those that were measured, so it does a
  little better;
- how sure the model is of the scene weighs as much as a few places;
- the lower end takes what is unlike the labels for wrong.

The constants were chosen so that the accuracy of the maps of the benchmark's choosing scenes lies
inside (docs/accuracy.md says what was measured).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy

from s3fn_core.languages import kept, shown, tr
from s3fn_core.results.intervals import LEVEL, clopper_pearson

Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

SEVERAL = 2
"""Places in which a class must be labelled so that held-out labels say something of others."""
MEASURED = 0.5
"""Share of the map that classes which are labelled in several places must have."""
SCENE = 50.0
"""Places beyond which more of them say no more of the rest of a scene."""
SURENESS = 8.0
"""Places that the model's own probabilities weigh as much as."""
LEARNING = 1.0
"""Gain of the log-odds of a right answer when the labels are e times as many."""

NOTHING_HELD_OUT = kept("no label was held out")
LABELS_ONLY = kept("only labelled pixels were looked at")
LABELS_TOUCH = kept(
    "held-out labels lie next to the training labels as long as classes are labelled in one place only "
    "({names}); label some more elsewhere"
)
"""Why nothing can be said of a map, as models keep it."""


@dataclass(frozen=True)
class MapAccuracy:
    """Where the accuracy of the whole map lies with 95 % confidence.

    Attributes
    ----------
    low, high : float or None
        None where nothing can be said.
    places : int
        In which the classes are labelled, added up over those that are labelled in several.
    novel_share : float or None
        Share of the scene that is unlike anything labelled; None where nobody knows.
    reason : str
        Why nothing can be said.
    """

    low: float | None
    high: float | None
    places: int
    novel_share: float | None
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values for a report or a model's metadata."""
        return {"level": LEVEL, **asdict(self)}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> MapAccuracy:
        """What :meth:`to_json` gave."""
        return cls(*(record[name] for name in ("low", "high", "places", "novel_share", "reason")))

    @property
    def sentence(self) -> str:
        """What is unlike the labels, and what to expect."""
        if self.low is None or self.high is None:
            reason = shown(self.reason, (NOTHING_HELD_OUT, LABELS_ONLY, LABELS_TOUCH))
            return tr("What to expect of the whole map cannot be said: {reason}.", reason=reason)
        low, high, unlike = (round(100 * share) for share in (self.low, self.high, self.novel_share or 0))
        if not unlike:
            return tr("Expect {low} to {high} % of the whole map to be correct.", low=low, high=high)
        return tr(
            "{unlike} % of the scene is unlike the labels; expect {low} to {high} % of the whole map to be "
            "correct.",
            unlike=unlike,
            low=low,
            high=high,
        )


@dataclass(frozen=True, eq=False)
class Seen:
    """What a training has seen of a scene.

    Attributes
    ----------
    right : array of bool, shape (n,)
        Of the held-out answers.
    targets : array of int, shape (n,)
        Class index of each.
    places : array of int, shape (classes,)
        In how many separate places each class is labelled.
    gain : float
        Logarithm of how many times as many labels the model that is kept has learned from.
    shares : array, shape (classes,)
        Of the classes in the map.
    confidence : float
        Mean probability of the chosen class in the map.
    novel_share : float
    """

    right: npt.NDArray[np.bool_]
    targets: Numbers
    places: Numbers
    gain: float
    shares: Doubles
    confidence: float
    novel_share: float


def expected_on_map(seen: Seen, names: Sequence[str]) -> MapAccuracy:
    """The accuracy of the map that is to be expected of classes called `names`."""
    several = seen.places >= SEVERAL
    told = several[seen.targets]
    measured = float(seen.shares[several].sum())
    if not told.any() or measured < MEASURED or several.mean() < MEASURED:
        alone = ", ".join(name for name, many in zip(names, several, strict=True) if not many)
        reason = LABELS_TOUCH.format(names=alone)
        return MapAccuracy(None, None, int(seen.places[several].sum()), seen.novel_share, reason)
    places = int(seen.places[several].sum())
    count = places + SURENESS
    share = (places * float(seen.right[told].mean()) + SURENESS * seen.confidence) / count
    special = scipy.special
    odds = special.logit(np.clip(share, 0.5 / (count + 1), 1 - 1e-6)) + LEARNING * seen.gain
    share = float(special.expit(odds))
    low, high = clopper_pearson(share, 1 / (1 / count + 1 / SCENE))
    low, high = low * measured * (1 - seen.novel_share), high * measured + 1 - measured
    return MapAccuracy(low, high, places, seen.novel_share)
