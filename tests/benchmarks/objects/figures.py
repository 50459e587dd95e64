"""What is measured of a method on a lot, as lines of JSON, and the table of all lots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from s3fn_core.types import BoolArray, FloatArray, IdArray
from tests.benchmarks.objects.lot import Lot

DAYS = (1, 2)
ALARMS = 0.02
COLUMNS = ("right", "AUC", "flagged", "seconds")


def right(lot: Lot, ids: IdArray) -> dict[str, float]:
    """Per cent of the unseen fruit of each day with the right ripeness."""
    truth = np.array([body.ripeness for body in lot.bodies])
    return {f"right {day}": 100 * float((ids == truth)[_fruit(lot, day)].mean()) for day in DAYS}


def spotted(lot: Lot, scores: FloatArray) -> dict[str, float]:
    """Area under the curve of the unseen fruit of each day, spotted against sound."""
    truth = np.array([body.spotted for body in lot.bodies])
    found = {}
    for day in DAYS:
        some = _fruit(lot, day)
        found[f"AUC {day}"] = float(roc_auc_score(truth[some], scores[some]))
    return found


def flagged(lot: Lot, strangeness: FloatArray) -> dict[str, float]:
    """Per cent of foreign bodies above the strangeness of all but 2 % of the unseen fruit of a day."""
    found = {}
    for day in DAYS:
        strange = np.array([body.day == day and not body.ripeness for body in lot.bodies])
        limit = np.quantile(strangeness[_fruit(lot, day)], 1 - ALARMS)
        found[f"flagged {day}"] = 100 * float((strangeness[strange] > limit).mean())
    return found


def told(lot: Lot, unknown: BoolArray) -> dict[str, float]:
    """Per cent of the foreign bodies, and of the unseen fruit, that the program itself calls unknown."""
    strange = np.array([body.day > 0 and not body.ripeness for body in lot.bodies])
    fruit = _fruit(lot, 1) | _fruit(lot, 2)
    return {"told": 100 * float(unknown[strange].mean()), "alarms": 100 * float(unknown[fruit].mean())}


def rejected(lot: Lot, rotten: BoolArray) -> dict[str, float]:
    """Per cent of the unseen fruit with a spot, and of those without, that the program calls rotten."""
    fruit = _fruit(lot, 1) | _fruit(lot, 2)
    spotted = np.array([body.spotted for body in lot.bodies])
    return {
        "rejected": 100 * float(rotten[fruit & spotted].mean()),
        "sound rejected": 100 * float(rotten[fruit & ~spotted].mean()),
    }


def _fruit(lot: Lot, day: int) -> BoolArray:
    return np.array([body.day == day and body.ripeness > 0 for body in lot.bodies])


def append(file: Path, seed: int, method: str, figures: Mapping[str, float]) -> None:
    with file.open("a") as opened:
        opened.write(json.dumps({"set": seed, "method": method, **figures}) + "\n")


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def table(records: list[dict[str, Any]]) -> Iterator[str]:
    """Means over the sets, and each of ours minus the best baseline of the column, paired by set."""
    methods = list(dict.fromkeys(r["method"] for r in records))
    names = list(dict.fromkeys(key for r in records for key in r if key not in ("set", "method")))
    sets = sorted({r["set"] for r in records})
    yield f"\n{len(sets)} sets of trays; mean (standard error) over the sets\n"
    yield "| | " + " | ".join(names) + " |"
    yield "|---" * (len(names) + 1) + "|"
    for method in methods:
        yield f"| {method} | " + " | ".join(_cell(_values(records, method, n), n) for n in names) + " |"
    for method in (m for m in methods if m.startswith("ours")):
        cells = []
        for name in names:
            known = {m: v for m in methods if not m.startswith("ours") and (v := _values(records, m, name))}
            best = max(known, key=lambda m, known=known: float(np.mean(list(known[m].values()))), default="")
            own = _values(records, method, name)
            both = {s: own[s] - known[best][s] for s in own if best and s in known[best]}
            told = name != "seconds" and both
            cells.append(f"{_cell(both, name, '+')} ({best})" if told else "")
        yield f"| {method}, minus the best baseline | " + " | ".join(cells) + " |"


def _values(records: list[dict[str, Any]], method: str, name: str) -> dict[int, float]:
    return {r["set"]: r[name] for r in records if r["method"] == method and name in r}


def _cell(values: Mapping[int, float], name: str, sign: str = "") -> str:
    if not values:
        return ""
    digits = 3 if name.startswith("AUC") else 1
    found = np.array(list(values.values()))
    error = found.std(ddof=1) / np.sqrt(len(found)) if len(found) > 1 else float("nan")
    return f"{found.mean():{sign}.{digits}f} ({error:.{digits}f})"
