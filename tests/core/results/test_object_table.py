"""The table of objects: what is in it, and the file."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.cubes.cube import Cube, Georeference
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.progress import run
from s3fn_core.results.object_table import Tray, rows_of, table_of, tray_of, write_objects_table
from s3fn_core.results.origin import GUESS, beside, origin_of, stamp
from s3fn_core.results.voting import pixel_verdicts

CLASSES = ClassSet((LabelClass(2, "unripe", "#00ff00"), LabelClass(7, "ripe", "#ff0000")))
WAVELENGTHS = np.array([500.0, 600.5, 700.0])
OBJECTS = np.zeros((6, 8), np.int64)
OBJECTS[1:3, 1:4] = 4
OBJECTS[4:6, 5:8] = 10**12  # a serial number
IDS = np.where(OBJECTS == 4, 7, np.where(OBJECTS > 0, 2, 0)).astype(np.uint8)
IDS[1, 1] = 2
SURE = np.full(OBJECTS.shape, 0.75, np.float32)


def cube(name: str = "day 1", wavelengths: np.ndarray | None = WAVELENGTHS) -> Cube:
    values = np.zeros((6, 8, 3), np.float32)
    values[OBJECTS == 4] = (0.1, 0.2, 0.3)
    values[1, 1] = (0.7, 0.8, 0.9)
    values[OBJECTS > 4] = (0.5, 0.5, 0.6)
    return Cube(values, name, wavelengths=wavelengths)


def tray(name: str = "day 1", wavelengths: np.ndarray | None = WAVELENGTHS) -> Tray:
    verdicts = pixel_verdicts(IDS, SURE, OBJECTS, CLASSES)
    return run(tray_of(cube(name, wavelengths), OBJECTS, list(verdicts.values()), CLASSES, IDS, CLASSES))


def rows(*trays: Tray) -> list[dict[str, str]]:
    head, *lines = table_of(trays)
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_one_line_says_everything_of_an_object() -> None:
    assert rows(tray())[0] == {
        "tray": "day 1",
        "object": "4",
        "first_line": "1",
        "first_sample": "1",
        "last_line": "2",
        "last_sample": "3",
        "centre_line": "1.5",
        "centre_sample": "2.0",
        "pixels": "6",
        "area_mm2": "",
        "label_id": "7",
        "label": "ripe",
        "class_id": "7",
        "class": "ripe",
        "decided_by": "pixels",
        "votes": "5",
        "valid_patches": "6",
        "agreement": "0.8333",
        "agreement_low": "",
        "agreement_high": "",
        "probability": "0.7500",
        "stride": "1",
        "share": "1",
        "novelty": "",
        "unknown": "no",
        "defect": "",
        "votes: unripe": "0.1667",
        "votes: ripe": "0.8333",
        "probability: unripe": "",
        "probability: ripe": "",
        "mean at 500 nm": "0.2",
        "mean at 600.5 nm": "0.3",
        "mean at 700 nm": "0.4",
        "name": "",
    }


def test_the_last_column_has_the_names() -> None:
    head, *lines = table_of([replace(tray(), names={4: "apple 7"})])
    assert (head[-1], [line[-1] for line in lines]) == ("name", ["apple 7", ""])


def test_the_size_is_in_millimetres_where_a_pixel_has_one() -> None:
    from rasterio.crs import CRS

    place = Georeference(CRS.from_epsg(32633).to_wkt(), (0.002, 0, 0, 0, -0.0005, 0))
    sized = replace(cube(), georeference=place)
    assert rows(run(tray_of(sized, OBJECTS)))[0]["area_mm2"] == "6"  # 6 pixels of 2 mm by 0.5 mm


def test_trays_with_other_bands_have_their_own_columns() -> None:
    found = rows(tray(), tray(name="day 2", wavelengths=None))
    assert [row["tray"] for row in found] == ["day 1", "day 1", "day 2", "day 2"]
    assert (found[0]["mean at 500 nm"], found[0]["mean of band 1"]) == ("0.2", "")
    assert (found[2]["mean at 500 nm"], found[2]["mean of band 1"]) == ("", "0.2")


def test_objects_that_nobody_has_judged_or_labelled_are_listed() -> None:
    (first, second) = rows(run(tray_of(cube(), OBJECTS)))
    assert (first["class"], first["label"], first["votes"]) == ("", "", "")
    assert second["object"] == str(10**12)


def test_numbers_of_objects_may_be_large() -> None:
    assert [(row.number, row.pixels, row.box) for row in rows_of(OBJECTS)] == [
        (4, 6, (1, 1, 3, 4)),
        (10**12, 6, (4, 5, 6, 8)),
    ]


def test_a_spreadsheet_reads_the_file(tmp_path: Path) -> None:
    classes = ClassSet((LabelClass(2, "süß", "#00ff00"), LabelClass(7, 'a, "b"', "#ff0000")))
    path = write_objects_table([replace(tray(), classes=classes)], tmp_path / "new" / "objects.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")  # else umlauts are mangled
    with path.open(encoding="utf-8-sig", newline="") as file:
        (first, _) = csv.DictReader(file)
    assert (first["votes: süß"], first['votes: a, "b"']) == ("0.1667", "0.8333")
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ExportError, match="Choose another folder"):
        write_objects_table([tray()], tmp_path / "file" / "objects.csv")


def test_the_file_says_who_judged_each_tray(tmp_path: Path) -> None:
    figures = {"held_out": {"oa": 0.75, "count": 12, "of": "objects"}}
    judged = replace(tray(), origin=origin_of("m.s3fn", figures, "Words changed since.", GUESS))
    path = write_objects_table([judged, replace(tray("day 2"), origin=stamp())], tmp_path / "objects.csv")
    one, other = json.loads(beside(path).read_text("utf-8"))["notes"]
    assert (one["cube"], one["model"], one["remark"]) == ("day 1", "m.s3fn", GUESS)
    assert one["accuracy"] == "75.0 % of 12 held-out objects correct"
    assert one["changed_since"] == "Words changed since."
    assert one["class_7"] == "ripe: no description"
    assert other["cube"] == "day 2"
    assert "accuracy" not in other  # nobody judged it
