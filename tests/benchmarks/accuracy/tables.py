"""What the records say: a table for each scene, and whether the goals are reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from s3fn_core.types import FloatArray
from tests.benchmarks.accuracy import neighbours, networks, ours, scenes, wordless
from tests.benchmarks.accuracy.records import Results

WORDLESS = (*wordless.MAKERS, *neighbours.WINDOWED, neighbours.SMOOTHED, *networks.KINDS)
BASELINES = (*WORDLESS, *ours.PRESETS)
CONTROLS = (ours.NO_TEXT, ours.NAMES, ours.SHUFFLED_PLAIN, ours.RANDOM, ours.SHUFFLED)
ORDER = (*BASELINES, ours.QUICK, *ours.VARIANTS, ours.ALONE, ours.ALONE_SHUFFLED)
ALONE_GOALS = {"samson": 85.0, "enmap-official": 60.0}
GAIN_GOAL, REAL_GOAL, SHUFFLED_GOAL = 5.0, 3.0, -1.0


@dataclass(frozen=True)
class Difference:
    """Mean of paired differences and its standard error (nan for a single draw)."""

    mean: float
    error: float

    @classmethod
    def of(cls, values: FloatArray) -> Difference:
        single = len(values) < 2
        return cls(
            float(values.mean()), float("nan") if single else float(values.std(ddof=1) / np.sqrt(len(values)))
        )

    @classmethod
    def average(cls, parts: list[Difference]) -> Difference:
        """Over scenes, whose draws have nothing to do with each other."""
        error = np.sqrt(np.sum([p.error**2 for p in parts])) / len(parts)
        return cls(float(np.mean([p.mean for p in parts])), float(error))

    def __str__(self) -> str:
        return f"{self.mean:+.1f} ± {self.error:.1f}"


def accuracies(results: Results) -> Iterator[str]:
    """For each scene and measure the mean and (standard deviation) of every method."""
    for scene in results.scenes:
        numbers = [n for n in results.numbers if _methods(results, scene, n)]
        for measure in ("oa", "aa"):
            yield f"\n### {scene}: {measure.upper()}, mean (SD)\n"
            yield from header(["", *(f"n = {n}" for n in numbers)])
            best = {n: max(_means(results, scene, n, measure).values()) for n in numbers}
            for method in ORDER:
                cells = []
                for n in numbers:
                    values = results.values(scene, n, method, measure)
                    cells.append(cell(values, best[n]) if len(values) else "")
                if any(cells):
                    yield row([method, *cells])


def objects(results: Results, n: int, baselines: Iterable[str], own: Iterable[str]) -> Iterator[str]:
    """Accuracy by method and scene, and each of ours minus the best baseline of the scene."""
    yield f"\n### Whole objects, {n} labelled of each class: accuracy, mean (SD) over draws\n"
    yield from header(["", *results.scenes])
    means = {
        scene: {m: float(v.mean()) for m in (*baselines, *own) if len(v := results.values(scene, n, m, "oa"))}
        for scene in results.scenes
    }
    for method in (*baselines, *own):
        cells = []
        for scene in results.scenes:
            values = results.values(scene, n, method, "oa")
            cells.append(cell(values, max(means[scene].values())) if len(values) else "")
        yield row([method, *cells])
    for method in own:
        cells = []
        for scene in results.scenes:
            known = [m for m in baselines if m in means[scene]]
            best = max(known, key=means[scene].__getitem__, default="")
            found = results.differences(scene, n, method, best, "oa")
            cells.append(f"{Difference.of(found)} ({best})" if len(found) else "")
        yield row([f"{method}, minus the best on mean spectra", *cells])


def goals(results: Results) -> Iterator[str]:
    """The verdict on each goal, differences paired by draw, with their standard errors."""
    yield "\n## Goals (mean difference ± standard error of paired differences)"
    yield from _groups(results)
    yield from _best(results)
    yield from _gain(results)
    yield from _alone(results)
    yield from _against(
        results,
        "Real words minus shuffled ones, OA, goal at least +3 at n <= 2",
        lambda n: n <= 2,
        (ours.BEST, ours.SHUFFLED),
        (ours.ALONE, ours.ALONE_SHUFFLED),
        REAL_GOAL,
    )
    yield from _against(
        results,
        "Shuffled words minus no words, OA, goal at least -1 from n = 2 on",
        lambda n: n >= 2,
        (ours.SHUFFLED, ours.NO_TEXT),
        None,
        SHUFFLED_GOAL,
    )


def _best(results: Results) -> Iterator[str]:
    yield "\n### Ours with descriptions and expectations against the best of the others\n"
    yield "Reached: not more than one standard error below the best baseline and the best control.\n"
    yield from header(
        ["scene", "n", "", "best baseline", "ours minus it", "best control", "ours minus it", "reached"]
    )
    for scene in results.scenes:
        for n in results.numbers:
            for measure in ("oa", "aa"):
                means = _means(results, scene, n, measure)
                if ours.BEST not in means:
                    continue
                cells, reached = [], True
                for others in (BASELINES, CONTROLS):
                    best = max((m for m in others if m in means), key=means.__getitem__, default="")
                    if not best:
                        cells += ["", ""]
                        continue
                    found = results.differences(scene, n, ours.BEST, best, measure)
                    difference = Difference.of(found)
                    reached &= difference.mean >= -np.nan_to_num(difference.error)
                    cells += [f"{best} {means[best]:.1f}", str(difference)]
                yield row([scene, n, measure.upper(), *cells, yes(reached)])


def _groups(results: Results) -> Iterator[str]:
    """The default preset with class names against baselines without words, for both groups of scenes."""
    groups = {"chosen on": scenes.CHOSEN_ON, "reported": scenes.REPORTED}
    for title, members in groups.items():
        yield f"\n### Class names against baselines without words, scenes {title}\n"
        yield from header(
            ["n", "measure", "best baseline over the scenes", "gain", "worst scene", "behind its best"]
        )
        for n in (number for number in results.numbers if number):
            for measure in ("oa", "aa"):
                means = {s: _means(results, s, n, measure) for s in results.scenes if s in members}
                means = {s: found for s, found in means.items() if ours.NAMES in found}
                common = [m for m in WORDLESS if means and all(m in found for found in means.values())]
                if not common:
                    continue
                baseline = max(common, key=lambda m: np.mean([found[m] for found in means.values()]))
                gains = [results.differences(s, n, ours.NAMES, baseline, measure) for s in means]
                gain = Difference.average([Difference.of(g) for g in gains])
                behind = {
                    s: found[ours.NAMES] - max(found[m] for m in WORDLESS if m in found)
                    for s, found in means.items()
                }
                worst = min(behind, key=behind.__getitem__)
                yield row([n, measure.upper(), baseline, str(gain), worst, f"{behind[worst]:+.1f}"])


def _gain(results: Results) -> Iterator[str]:
    yield "\n### Gain over the best method that knows no words, OA, averaged over the scenes\n"
    yield "One method for all scenes, then (stricter) the best method of each scene; goal +5.\n"
    yield from header(["n", "best method", "gain", "reached", "best of each scene", "gain", "reached"])
    for n in (1, 2):
        means = {s: _means(results, s, n, "oa") for s in results.scenes}
        means = {s: m for s, m in means.items() if ours.BEST in m}
        common = [m for m in WORDLESS if means and all(m in found for found in means.values())]
        if not common:
            continue
        overall = max(common, key=lambda m: np.mean([found[m] for found in means.values()]))
        chosen = {s: max((m for m in WORDLESS if m in f), key=f.__getitem__) for s, f in means.items()}
        cells: list[str] = []
        for label, baseline in (
            (overall, dict.fromkeys(means, overall)),
            (", ".join(dict.fromkeys(chosen.values())), chosen),
        ):
            gain = Difference.average(
                [Difference.of(results.differences(s, n, ours.BEST, baseline[s], "oa")) for s in means]
            )
            cells += [label, str(gain), yes(gain.mean >= GAIN_GOAL)]
        yield row([n, *cells])


def _alone(results: Results) -> Iterator[str]:
    yield "\n### No labels at all, OA\n"
    yield from header(["scene", "words alone", "goal", "reached"])
    for scene, goal in ALONE_GOALS.items():
        values = results.values(scene, 0, ours.ALONE, "oa")
        if len(values):
            reached = yes(values.mean() > goal)
            yield row([scene, cell(values, np.inf), f"above {goal:.0f}", reached])


def _against(
    results: Results,
    title: str,
    numbers: Callable[[int], bool],
    pair: tuple[str, str],
    unlabelled: tuple[str, str] | None,
    goal: float,
) -> Iterator[str]:
    """A table of scenes and numbers of labels: one variant minus another."""
    chosen = [n for n in results.numbers if numbers(n)]
    yield f"\n### {title}\n"
    yield from header(["scene", *(f"n = {n}" for n in chosen)])
    by_number: dict[int, list[Difference]] = {n: [] for n in chosen}
    for scene in results.scenes:
        cells = []
        for n in chosen:
            one, other = pair if n or unlabelled is None else unlabelled
            found = results.differences(scene, n, one, other, "oa")
            if not len(found):
                cells.append("")
                continue
            difference = Difference.of(found)
            by_number[n].append(difference)
            cells.append(f"{difference} {yes(difference.mean >= goal)}")
        yield row([scene, *cells])
    averages = [Difference.average(parts) if parts else None for parts in by_number.values()]
    cells = [f"{a} {yes(a.mean >= goal)}" if a else "" for a in averages]
    yield row(["average", *cells])


def _methods(results: Results, scene: str, n: int) -> list[str]:
    return [m for m in ORDER if len(results.values(scene, n, m, "oa"))]


def _means(results: Results, scene: str, n: int, measure: str) -> dict[str, float]:
    return {m: float(results.values(scene, n, m, measure).mean()) for m in _methods(results, scene, n)}


def cell(values: FloatArray, best: float) -> str:
    """Mean (SD), the best mean in bold."""
    spread = f" ({values.std(ddof=1):.1f})" if len(values) > 1 else ""
    text = f"{values.mean():.1f}"
    return (f"**{text}**" if values.mean() >= best else text) + spread


def yes(reached: bool | np.bool_) -> str:
    return "yes" if reached else "NO"


def header(cells: list[str]) -> Iterator[str]:
    """First lines of a Markdown table."""
    yield row(cells)
    yield row(["---"] * len(cells))


def row(cells: list[object]) -> str:
    """A line of a Markdown table."""
    return "| " + " | ".join(map(str, cells)) + " |"
