"""What was done with one cube, done with others by the recipe that is written of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from s3fn_core.batch.recipe import ExportStep, read_run_recipe
from s3fn_core.batch.same import RECIPE, Same, do_same
from s3fn_core.batch.summary import FILE
from s3fn_core.cubes.formats import open_cube, write_envi
from s3fn_core.cubes.treating.calibrate import Calibration
from s3fn_core.cubes.treating.features import Band
from s3fn_core.cubes.treating.mask import Recipe, Threshold
from s3fn_core.cubes.treating.masking import find_mask
from s3fn_core.cubes.treating.reference_sources import FromFile, read_source
from s3fn_core.cubes.treating.treatment import Mask, Metadata, Treatment
from s3fn_core.errors import ExportError, S3FNError
from s3fn_core.model.applying.inference import predict
from s3fn_core.progress import run
from tests.core.model.models import small, untrained
from tests.core.model.scenes import classes, stripes


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Counts of two cubes with references beside them."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for seed, name in enumerate(("one", "two")):
        cube = stripes(24, 20, seed)
        write_envi(
            np.round(100 + np.clip(cube.read(), 0, 2) * 20000).astype(np.uint16), folder / f"{name}.hdr"
        )
    for name, count in (("white", 20100), ("dark", 100)):
        write_envi(np.full((3, 20, cube.bands), count, np.uint16), folder / f"{name}.hdr")
    return folder


def treated(raw: Path, name: str) -> Treatment:
    """Everything that the window can do before it maps."""
    source = open_cube(raw / f"{name}.hdr")
    stated = replace(Metadata.of(source), wavelengths=tuple(np.linspace(500.0, 960.0, source.bands)))
    white, dark = (run(read_source(FromFile(raw / f"{kind}.hdr"), source)) for kind in ("white", "dark"))
    treatment = Treatment(stated, Calibration(white, dark, np.array([0.9]), 60000))
    return replace(
        treatment, mask=run(find_mask(treatment.applied(source), Recipe(Threshold(Band(5), low=0.02))))
    )


def test_other_cubes_get_the_map_that_the_window_would_make(raw: Path, tmp_path: Path) -> None:
    treatment = treated(raw, "one")
    model = untrained(small("pixel"), treatment.applied(open_cube(raw / "one.hdr")), classes())
    export = ExportStep(formats=("npy",), reflectance=True)
    for beside in (False, True):
        out = tmp_path / f"out{beside}"
        same = Same(treatment, model, beside=beside, judge=True, export=export)
        outcomes = run(do_same(same, [raw], out))
        assert [(one.name, one.status) for one in outcomes] == [("one", "done"), ("two", "done")]
        shown = predict(model, treated(raw, "two").applied(open_cube(raw / "two.hdr")))
        expected = run(shown)
        np.testing.assert_array_equal(np.load(out / "two_classes.npy"), expected.ids)
        assert (out / "two_objects.csv").is_file()
        assert (out / FILE).is_file()
        again = run(do_same(same, [raw], out))
        assert {one.status for one in again} == {"known"}
    assert (
        read_run_recipe(tmp_path / "outTrue" / RECIPE).calibrate
        != read_run_recipe(tmp_path / "outFalse" / RECIPE).calibrate
    )


def test_what_has_no_recipe_is_told_before_anything_is_written(raw: Path, tmp_path: Path) -> None:
    drawn = Treatment(mask=Mask(np.ones((24, 20), np.int32)))
    done = treated(raw, "one")
    assert done.calibration is not None
    panel = np.linspace(0.9, 1, 24)
    certified = replace(done, calibration=replace(done.calibration, panel=panel))
    for same, told in (
        (Same(drawn, export=ExportStep(mask=True)), "drawn by hand"),
        (Same(certified, beside=True, export=ExportStep(reflectance=True)), "certificate"),
        (Same(Treatment()), "nothing would be written"),
    ):
        with pytest.raises(ExportError, match=told):
            run(do_same(same, [raw], tmp_path / "out"))
        assert not (tmp_path / "out").exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(S3FNError, match="holds no cube"):
        run(do_same(Same(Treatment()), [tmp_path / "empty"], tmp_path / "out"))
