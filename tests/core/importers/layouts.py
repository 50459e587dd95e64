"""Small files in exactly the layouts of the published data sets, with their quirks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

BANDS = 12
RANGES = {"VIS": (397.66, 1003.81), "NIR": (919.678, 1727.037), "VIS_COR": (408.034, 901.256)}
STATES = ("unripe", "perfect", "overripe")
FIRMNESS = {"unripe": 1600, "perfect": 1200, "overripe": 700}
SUGAR = {"unripe": 13.0, "perfect": 16.25, "overripe": 18.0}


@dataclass(frozen=True)
class Fruit:
    """One fruit on the day it was cut up."""

    kind: str
    number: int
    day: str
    state: str


def write_deephs(
    folder: Path,
    each: int = 6,
    kinds: Sequence[str] = ("Kiwi", "Avocado"),
    cameras: Sequence[str] = ("VIS", "NIR"),
    side: int = 14,
) -> Path:
    """`each` fruit of every kind and state, both sides, by every camera; `side` pixels wide.

    Sides of one fruit lie on both sides of the split, numbers of records begin anew in every file, one
    data file is missing, one cube is unlabelled in "train_all".
    """
    rng = np.random.default_rng(1)
    parts: dict[str, list[tuple[Fruit, str, str]]] = {"train": [], "val": [], "test": []}
    for kind in kinds:
        for place, state in enumerate(STATES * each):
            fruit = Fruit(kind, place + 1, f"day_m2_{1 + place % 4:02}", state)
            for face in ("front", "back"):
                part = _part(place, face, len(STATES) * each)
                parts[part] += [(fruit, face, camera) for camera in cameras]
    for part, listed in parts.items():
        for name in (part,) if part != "train" else ("train_only_labeled", "train_all"):
            _write_annotations(folder / "annotations" / f"{name}_v2.json", listed, name == "train_all")
        for fruit, face, camera in listed:
            _write_fruit(folder, fruit, face, camera, side, rng)
    gone = parts["train"][0]
    (folder / f"{_stem(*gone)}.bin").unlink()
    return folder


def _part(place: int, face: str, count: int) -> str:
    """Three quarters are trained on; of the others some sides only are tested."""
    if place % 4 == 3:
        return "test" if face == "front" or place % 8 == 3 else "train"
    return "val" if place == count - 2 else "train"


def _stem(fruit: Fruit, face: str, camera: str) -> str:
    name = f"{fruit.kind.lower()}_{fruit.day}_{fruit.number:02}_{face}"
    return f"{fruit.kind}/{camera}/{fruit.day}/{name}"


def _write_annotations(path: Path, listed: Sequence[tuple[Fruit, str, str]], more: bool) -> None:
    records: list[dict[str, Any]] = []
    annotations = []
    for number, (fruit, face, camera) in enumerate(listed):
        stem = _stem(fruit, face, camera)
        files = {"header_file": f"{stem}.hdr", "data_file": f"{stem}.bin"}
        records.append(
            {
                "id": number,
                "fruit": fruit.kind,
                "side": face,
                "day": fruit.day,
                "camera_type": camera,
                "files": files,
            }
        )
        measured = {"init_weight": 123, "end_weight": 121, "storage_days": 2, "comment": ""}
        measured |= {"firmness": FIRMNESS[fruit.state], "ripeness_state": fruit.state}
        measured |= {"ripeness_state_fine": fruit.state, "id": number, "record_id": number}
        annotations.append(measured | ({"sugar_content": SUGAR[fruit.state]} if fruit.kind == "Kiwi" else {}))
    if more:
        records.append(records[0] | {"id": len(records), "day": "day_m2_00", "files": files})
    cameras = [
        {"id": camera, "name": camera, "wavelengths": np.linspace(*ends, BANDS).tolist()}
        for camera, ends in RANGES.items()
    ]
    content = {"info": {}, "cameras": cameras, "days": [], "records": records, "annotations": annotations}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def _write_fruit(
    folder: Path, fruit: Fruit, face: str, camera: str, side: int, rng: np.random.Generator
) -> None:
    """A disk on a background of exactly 0; the riper, the less absorption in the red."""
    position = np.linspace(-1, 1, side)
    disk = np.hypot(position[:, None], position) < 0.9
    curve = 0.2 + 0.4 / (1 + np.exp(-np.linspace(-6, 6, BANDS) - 1.5 * STATES.index(fruit.state)))
    values = curve * rng.uniform(0.9, 1.1) + rng.normal(0, 0.02, (side, side, BANDS))
    write_envi(folder / f"{_stem(fruit, face, camera)}.hdr", values * disk[..., None], ".bin", "bip")


def write_envi(
    header: Path, values: np.ndarray[Any, Any], suffix: str, interleave: str, more: str = ""
) -> None:
    """An ENVI file as the data sets have it: float32, or counts as uint16."""
    lines, samples, bands = values.shape
    kind, number = (np.float32, 4) if suffix == ".bin" else (np.uint16, 12)
    header.parent.mkdir(parents=True, exist_ok=True)
    stored = values.astype(kind) if interleave == "bip" else values.astype(kind).transpose(0, 2, 1)
    data = header.with_suffix(suffix) if suffix == ".bin" else header.with_suffix("")
    data.write_bytes(np.ascontiguousarray(stored).tobytes())
    header.write_text(
        f"ENVI\nsamples = {samples}\nlines = {lines}\nbands = {bands}\nheader offset = 0\n"
        f"file type = ENVI Standard\ndata type = {number}\ninterleave = {interleave}\nbyte order = 0\n{more}"
    )


def write_wood(folder: Path, each: int = 30, side: int = 8, empty: int = 2) -> Path:
    """`each` blocks of each class to train on and a third of that to test; some hold only zeros."""
    rng = np.random.default_rng(2)
    for part, count in (("train", each), ("test", each // 3)):
        for kind, level in (("heartwood", 0.3), ("sapwood", 0.5)):
            place = folder / part / kind
            place.mkdir(parents=True)
            for number in range(count):
                curve = level + 0.1 * np.linspace(0, 1, BANDS) * (1 if kind == "sapwood" else 2)
                values = curve * rng.uniform(0.9, 1.1) + rng.normal(0, 0.02, (side, side, BANDS))
                values *= part == "test" or number >= empty
                np.save(place / f"{kind}_{number:03}.npy", values.astype(np.float32))
    return folder


def write_blueberries(folder: Path, side: int = 48, trays: int = 4) -> Path:
    """Trays of six berries as counts, with a white reference; the last two bad ones have another name."""
    rng = np.random.default_rng(3)
    wavelengths = np.linspace(390, 1009, 24)
    more = f"wavelength units = nm\nwavelength = {{{', '.join(f'{w:.1f}' for w in wavelengths)}}}\n"
    white = 3000 + 500 * np.sin(np.linspace(0, 3, 24))
    for kind in ("Good", "Bad"):
        for tray in range(trays):
            plural = "Blueberries" if kind == "Bad" and tray >= trays - 2 else "Blueberry"
            name = f"{kind} {plural} {42 * tray + 1}-{42 * (tray + 1)}.bil"
            values = _tray(side, kind == "Bad", wavelengths, rng)
            write_envi(folder / f"{name}.hdr", np.round(values * white), ".bil", "bil", more)
    reference = np.round(np.broadcast_to(white, (4, side, 24)) + rng.normal(0, 5, (4, side, 24)))
    write_envi(folder / "WhiteReference.bil.hdr", reference, ".bil", "bil", more)
    return folder


def _tray(
    side: int, bad: bool, wavelengths: np.ndarray[Any, Any], rng: np.random.Generator
) -> np.ndarray[Any, Any]:
    """Two rows of three berries, dark in the red and bright beyond 720 nm; bad ones less so."""
    lines, samples = np.mgrid[:side, :side]
    edge = 1 / (1 + np.exp(-(wavelengths - 720) / 15))
    values = np.full((side, side, len(wavelengths)), 0.15)
    for row in (0.25, 0.75):
        for column in (0.17, 0.5, 0.83):
            distance = np.hypot(lines - row * side, samples - column * side)
            berry = 0.05 + (0.3 if bad else 0.5) * rng.uniform(0.9, 1.1) * edge
            values[distance < 0.13 * side] = berry
    return gaussian_filter(values, (0.5, 0.5, 0)) + rng.normal(0, 0.005, values.shape)
