"""Does the text matter?  What is measured with other words in the place of the descriptions."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np

from s3fn_core.languages import kept, plural, shown, tr
from s3fn_core.quoting import per_cent
from s3fn_core.results.intervals import LEVEL, MIN_BLOCKS, Interval, counted

FIGURES = ("oa", "aa", "kappa")
REFERENCE = "descriptions"
"""The variant that all others are compared with: the words as they are."""
MEANINGLESS = "shuffled"
"""The variant whose words are as good, but stand at the wrong classes."""
TITLES = {
    REFERENCE: kept("Descriptions"),
    "names": kept("Class names only"),
    MEANINGLESS: kept("Shuffled descriptions"),
    "random": kept("Random vectors"),
    "none": kept("No text"),
    "tuned": kept("Descriptions, tuned"),
    "random tuned": kept("Random vectors, tuned"),
}
NOISY = kept("{percent} % of words wrong")


def shown_title(title: str) -> str:
    """What a variant is called, in the language in use."""
    return shown(title, (*TITLES.values(), NOISY))


@dataclass(frozen=True)
class Difference:
    """How much higher a figure is than another, on the same pixels with the same seeds.

    Attributes
    ----------
    mean : float
        Over the seeds; shares, as the figures.
    interval : (low, high), or None
        95 % confidence (``intervals.paired``); None where the labels lie in too few blocks.
    """

    mean: float
    interval: Interval | None

    @property
    def measurable(self) -> bool:
        """Whether chance alone hardly explains it."""
        return self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]

    @property
    def points(self) -> str:
        """As "+0.1 (-0.3 to +0.5)": hundredths, with the interval where there is one."""
        if self.interval is None:
            return f"{100 * self.mean:+z.1f}"
        low, high = (100 * bound for bound in self.interval)
        return tr("{points:+z.1f} ({low:+z.1f} to {high:+z.1f})", points=100 * self.mean, low=low, high=high)

    @property
    def values(self) -> dict[str, float]:
        """For sentences, in hundredths; of a measurable difference its size."""
        bounds = [100 * bound for bound in self.interval or (0.0, 0.0)]
        low, high = sorted(map(abs, bounds)) if self.measurable else bounds
        return {"points": 100 * (abs(self.mean) if self.measurable else self.mean), "low": low, "high": high}

    def to_json(self) -> dict[str, Any]:
        return {"mean": self.mean, "interval": self.interval, "measurable": self.measurable}


@dataclass(frozen=True)
class Variant:
    """Held-out figures with one kind of words.

    Attributes
    ----------
    name : str
        Short id, the same with and without expectations.
    title : str
        In English, see :func:`shown_title`.
    expectations : bool
        Whether what the words expect a spectrum to be was counted, too.
    figures : mapping
        OA, AA and kappa (``FIGURES``), a value for each seed.
    differences : mapping
        Each of them minus that of the descriptions as they are, expectations alike; empty for
        these themselves.
    """

    name: str
    title: str
    expectations: bool
    figures: Mapping[str, tuple[float, ...]]
    differences: Mapping[str, Difference]

    @property
    def heading(self) -> str:
        """What it is called where those with expectations stand beside those without."""
        title = shown_title(self.title)
        return tr("{title} + expected spectra", title=title) if self.expectations else title

    def mean(self, figure: str) -> float:
        """Over the seeds."""
        return fmean(self.figures[figure])

    def percent(self, figure: str) -> str:
        """Mean and standard deviation in hundredths, as "93.1 ± 0.4"."""
        if math.isnan(self.mean(figure)):
            return "–"
        return f"{100 * self.mean(figure):.1f} ± {100 * self.spread(figure):.1f}"

    def spread(self, figure: str) -> float:
        """Standard deviation over the seeds; 0 for a single one."""
        values = self.figures[figure]
        return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "expectations": self.expectations,
            **{
                f: {"mean": self.mean(f), "sd": self.spread(f), "seeds": list(self.figures[f])}
                for f in FIGURES
            },
            "minus_descriptions": {f: d.to_json() for f, d in self.differences.items()},
        }


@dataclass(frozen=True)
class TextControls:
    """The answer to "Does the text matter?".

    Attributes
    ----------
    variants : tuple of Variant
        Those without expectations first, then those with.
    words : Difference
        Overall accuracy with the descriptions minus that with shuffled ones.
    expectations : Difference or None
        Overall accuracy with the spectra that the descriptions expect minus that without; None
        where they expect none of this scene.
    seeds : tuple of int
    pixels, blocks : int
        How many labelled pixels were held out, and how many `unit` they lie in.
    unit : str
        Blocks, objects or cubes.
    split : str
        One sentence: how the held-out part was made.
    seconds : float
    notes : tuple of str
        What the user should know.
    """

    variants: tuple[Variant, ...]
    words: Difference
    expectations: Difference | None
    seeds: tuple[int, ...]
    pixels: int
    blocks: int
    unit: str
    split: str
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """What came out, in one sentence."""
        if self.words.interval is None:
            few = {"places": self.places, "points": self.words.points, "least": MIN_BLOCKS}
            if self.expectations is None:
                return tr(
                    "The labels lie in {places} only, too few to tell chance from what the words do: "
                    "{points} points against shuffled descriptions. Label at least {least} separate places.",
                    **few,
                )
            return tr(
                "The labels lie in {places} only, too few to tell chance from what the words do: {points} "
                "points against shuffled descriptions, and {expected} with the spectra that they expect. "
                "Label at least {least} separate places.",
                expected=self.expectations.points,
                **few,
            )
        return tr(
            "On these labels {words}; {expected}.",
            words=_what_words_do(self.words),
            expected=_what_expectations_do(self.expectations),
        )

    @property
    def protocol(self) -> str:
        """How it was measured, in one sentence."""
        figures = plural(
            "Mean and standard deviation of {count} seed on the same {pixels:,} held-out pixels in {places}.",
            "Mean and standard deviation of {count} seeds on the same {pixels:,} held-out pixels in "
            "{places}.",
            len(self.seeds),
            pixels=self.pixels,
            places=self.places,
        )
        intervals = tr(
            "Differences have paired {level} intervals over these and the seeds.", level=per_cent(LEVEL, 0)
        )
        split = tr("Held out: {split}.", split=self.split)
        return " ".join((figures, *((intervals,) if self.words.interval else ()), split))

    @property
    def places(self) -> str:
        """How many blocks, objects or cubes the held-out pixels lie in."""
        return counted(self.blocks, self.unit)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a report."""
        return {
            "verdict": self.verdict,
            "protocol": self.protocol,
            "split": self.split,
            "level": LEVEL,
            "seeds": list(self.seeds),
            "pixels": self.pixels,
            "blocks": self.blocks,
            "unit": self.unit,
            "seconds": round(self.seconds, 2),
            "words": self.words.to_json(),
            "expectations": None if self.expectations is None else self.expectations.to_json(),
            "variants": [variant.to_json() for variant in self.variants],
            "notes": list(self.notes),
        }

    def table(self) -> str:
        """Comma-separated figures of every variant, shares as in the JSON record."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["variant", "expectations", *(f"{f}_{what}" for f in FIGURES for what in COLUMNS)])
        for v in self.variants:
            cells: list[str] = [v.title, "yes" if v.expectations else "no"]
            for figure in FIGURES:
                found = v.differences.get(figure)
                low, high = (found.interval if found else None) or ("", "")
                gain = "" if found is None else found.mean
                numbers = (v.mean(figure), v.spread(figure), gain, low, high)
                cells += [n if isinstance(n, str) else f"{n:.6f}" for n in numbers]
            writer.writerow(cells)
        return out.getvalue()


COLUMNS = ("mean", "sd", "minus_descriptions", "low", "high")


def _what_words_do(words: Difference) -> str:
    if not words.measurable:
        return tr(
            "the words of the descriptions make no measurable difference ({points:+z.1f} points against "
            "shuffled ones, {level} interval {low:+z.1f} to {high:+z.1f})",
            level=per_cent(LEVEL, 0),
            **words.values,
        )
    if words.mean > 0:
        return tr(
            "the words of the descriptions raise accuracy by {points:.1f} points against shuffled ones "
            "({low:.1f} to {high:.1f})",
            **words.values,
        )
    return tr(
        "the words of the descriptions lower accuracy by {points:.1f} points against shuffled ones "
        "({low:.1f} to {high:.1f})",
        **words.values,
    )


def _what_expectations_do(expectations: Difference | None) -> str:
    if expectations is None:
        return tr("no spectra that they expect were used")
    if not expectations.measurable:
        return tr(
            "the spectra that they expect make no measurable difference ({points:+z.1f} points, {level} "
            "interval {low:+z.1f} to {high:+z.1f})",
            level=per_cent(LEVEL, 0),
            **expectations.values,
        )
    if expectations.mean > 0:
        return tr(
            "the spectra that they expect raise accuracy by {points:.1f} points ({low:.1f} to {high:.1f})",
            **expectations.values,
        )
    return tr(
        "the spectra that they expect lower accuracy by {points:.1f} points ({low:.1f} to {high:.1f})",
        **expectations.values,
    )
