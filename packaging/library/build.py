"""Make ``resources/library/library.npz`` from the USGS spectra and what this project adds.

    python packaging/library/build.py FOLDER

FOLDER holds ``materials.json`` (means of 55 materials) and ``spectra.npz`` (single spectra of the
USGS Spectral Library Version 7 on the bands of AVIRIS-1995, canopies simulated with PROSAIL).
``additions.json`` beside this file holds further synonyms, curves that are stated from general
knowledge, and fruit and wood that are modelled from published absorptions.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

from s3fn_core.cubes.simulate.absorbers import absorption, diffuse_reflectance
from s3fn_core.labels.classes import read_classes
from s3fn_core.resources import resource
from s3fn_core.words.expectation import expectations

USGS = "USGS Spectral Library Version 7 (Kokaly et al. 2017), bands of AVIRIS-1995"
PROSAIL = "PROSAIL (PROSPECT-D and 4SAIL), simulated by this project"
MODEL = (
    "Kubelka-Munk model of published absorptions (s3fn_core/cubes/simulate/absorbers.py), not a measurement"
)
PUBLIC, OWN = "public domain (US Government work)", "MIT, by this project"
PLANTS = ("vegetation", "crop", "wetland")
LEAVES = re.compile(r"leaf|leaves|needl|flower|petal|lichen|grn\.|close-up", re.IGNORECASE)
UNKNOWN = 65535
Record = dict[str, Any]


def main(folder: Path) -> None:
    added = json.loads(Path(__file__).with_name("additions.json").read_text("utf-8"))
    materials = json.loads((folder / "materials.json").read_text("utf-8"))
    waves = np.array(materials["wavelengths_nm"])
    entries, curves, spreads = [], [], []
    rows = [
        *(of_material(m, added) for m in materials["materials"]),
        *(stated(one, waves) for one in added["stated"]),
        *(modelled(one, waves) for one in added["modelled"]),
        *singles(folder / "spectra.npz", waves),
    ]
    for entry, curve, spread in rows:
        entries.append(entry)
        curves.append(packed(curve))
        spreads.append(packed(np.zeros(len(waves)) if spread is None else spread))
    number = sum(spread.any() for spread in spreads)
    out = resource("library", "library.npz")
    np.savez_compressed(
        out,
        entries=np.frombuffer(json.dumps(entries, ensure_ascii=False).encode(), np.uint8),
        wavelengths=waves,
        reflectance=np.stack(curves),
        deviation=np.stack(spreads[: len(materials["materials"])]),
    )
    print(f"{out}: {len(entries)} entries, {number} with a spread, {out.stat().st_size:,} bytes")


def packed(values: np.ndarray) -> np.ndarray:
    """Shares in units of 1/10,000, those that are missing as 65535."""
    known = np.isfinite(values)
    return np.where(known, np.clip(np.round(np.where(known, values, 0) * 1e4), 0, 65534), UNKNOWN).astype(
        "<u2"
    )


def of_material(one: Record, added: Record) -> tuple[Record, np.ndarray, np.ndarray]:
    simulated = [title.startswith("LAI ") for title in one["members"]]
    licences = [OWN] * any(simulated) + [PUBLIC] * (not all(simulated))
    sources = [PROSAIL] * any(simulated) + [USGS] * (not all(simulated))
    if one["group"] not in PLANTS:
        geometry = geometry_of(
            one["members"], "water" if one["group"] in ("water", "snow and ice") else "soil"
        )
    elif LEAVES.search(one["name"]):
        geometry = "leaf"
    else:
        geometry = "modelled" if all(simulated) else "canopy"
    entry = {
        "name": one["name"],
        "collection": "materials",
        "group": one["group"],
        "synonyms": [
            *(added["renamed"].get(name, name) for name in one["synonyms"]),
            *added["synonyms"].get(one["name"], []),
        ],
        "geometry": geometry,
        "count": one["count"],
        "source": "; ".join(sources),
        "licence": "; ".join(licences),
    }
    return entry, np.array(one["mean"]), np.array(one["sd"])


def geometry_of(titles: list[str], kind: str) -> str:
    """How spectra were measured, as far as their titles tell: instrument and specimen."""
    if all(title.startswith("LAI ") for title in titles):
        return "modelled"
    if any("AVIRIS" in title for title in titles):
        return "image"
    if kind == "vegetation":
        return "leaf" if all(LEAVES.search(title) for title in titles) else "field"
    if kind == "water":
        return "field" if all("snow" in title for title in titles) else "lab"
    return "field" if any(re.search("Rangeland|Traverse|BurnArea", title) for title in titles) else "lab"


def stated(one: Record, waves: np.ndarray) -> tuple[Record, np.ndarray, None]:
    classes = read_classes(resource("classes", one["from"]["file"]))
    place = classes.names.index(one["from"]["class"])
    expected = expectations(classes)[place]
    assert expected is not None
    return entry_of(one, "field", one["source"]), expected.at(waves), None


def modelled(one: Record, waves: np.ndarray) -> tuple[Record, np.ndarray, None]:
    absorbed = one["absorbed"] + sum(c * absorption(name, waves) for name, c in one["absorbers"].items())
    body = diffuse_reflectance(absorbed, one["scattered"] * (waves / 800.0) ** -one["slope"])
    curve = body + one.get("bloom", 0.0) * (waves / 450.0) ** -2.0
    low, high = one["range_nm"]
    return entry_of(one, "modelled", MODEL), np.where((waves >= low) & (waves <= high), curve, np.nan), None


def entry_of(one: Record, geometry: str, source: str) -> Record:
    return {
        "name": one["name"],
        "collection": "materials",
        "group": one["group"],
        "synonyms": one["synonyms"],
        "geometry": geometry,
        "count": 0,
        "source": source,
        "licence": OWN,
    }


def singles(file: Path, waves: np.ndarray) -> list[tuple[Record, np.ndarray, None]]:
    with np.load(file) as stored:
        table = {name: stored[name] for name in stored.files}
    assert np.array_equal(table["wavelengths"], waves)
    rows = []
    for i, (name, title, kind) in enumerate(zip(table["name"], table["title"], table["kind"], strict=True)):
        simulated = title.startswith("LAI ")
        entry = {
            "name": str(name),
            "collection": "minerals" if kind == "mineral" else "spectra",
            "group": str(kind),
            "title": " ".join(str(title).split()),
            "geometry": geometry_of([str(title)], {"water, snow or ice": "water"}.get(str(kind), str(kind))),
            "count": 1,
            "source": PROSAIL if simulated else USGS,
            "licence": OWN if simulated else PUBLIC,
        }
        rows.append((entry, table["reflectance_e4"][i] / 1e4, None))
    return rows


if __name__ == "__main__":
    main(Path(sys.argv[1]))
