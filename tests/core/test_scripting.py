"""What a script uses of the package: by its first name, and loaded when it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import s3fn_core as s3fn

ASIDE = ("numpy", "scipy", "skimage", "torch", "rasterio", "h5py", "PySide6")


def test_importing_the_package_loads_nothing() -> None:
    program = f"import sys, s3fn_core; print([n for n in {ASIDE!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr.strip()) == ("[]", "")


def test_a_script_from_a_file_to_objects(tmp_path: Path) -> None:
    """Open, describe, mask, write: every step by the names of the package."""
    values = np.zeros((40, 50, 6), np.float32)
    values[5:15, 5:15] = values[20:35, 20:45] = np.linspace(0.2, 0.6, 6)
    np.savez(tmp_path / "scene.npz", raw=values.transpose(2, 0, 1), half=values[:, :25])
    names = [variable.name for variable in s3fn.variables_of(tmp_path / "scene.npz")]
    assert names == ["raw", "half"]
    source = s3fn.open_cube(tmp_path / "scene.npz", variable="raw", layout=s3fn.Axes("bls"))
    assert source.layouts[0] == s3fn.Axes("bls")
    waves = tuple(np.linspace(450, 950, 6))
    metadata = s3fn.Metadata(waves, (True,) * 6, None, 1.0)
    cube = s3fn.Treatment(metadata=metadata).applied(source)
    assert cube.wavelengths is not None
    numbers = s3fn.find_objects(cube.band(3) > 0.1, s3fn.Splitting())
    assert numbers.max() == 2
    written = s3fn.write_envi(cube.read(), tmp_path / "out.hdr", cube.wavelengths)
    np.testing.assert_array_equal(s3fn.open_cube(written).read(), values)


def test_every_name_is_listed_once() -> None:
    assert len(set(s3fn.__all__)) == len(s3fn.__all__)
    assert set(s3fn.__all__) <= set(dir(s3fn))


@pytest.mark.slow
def test_a_type_checker_knows_the_names(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import s3fn_core as s3fn\n"
        "model = s3fn.Model.load('m.s3fn')\n"
        "reveal_type(s3fn.open_cube('x.hdr')[2:5].bands(nm=(400, 900)))\n"
        "reveal_type(model.predict('x.hdr').ids)\n"
        "s3fn.ClassSet.of(1)\n"
    )
    assert Path(s3fn.__file__).with_name("py.typed").exists()
    checking = [sys.executable, "-m", "mypy", "--no-error-summary"]  # from what `make lint` remembers
    root = Path(s3fn.__file__).parents[1]
    done = subprocess.run([*checking, str(script)], capture_output=True, text=True, cwd=root)
    first, second, third = done.stdout.splitlines()
    assert 'Revealed type is "s3fn_core.cubes.cube.Cube"' in first
    assert "numpy.ndarray[" in second
    assert 'Argument 1 to "of" of "ClassSet" has incompatible type "int"' in third


def test_every_name_loads_from_where_the_stub_says() -> None:
    stub = ast.parse(Path(s3fn.__file__).with_name("__init__.pyi").read_text("utf-8"))
    homes = {a.name: n.module for n in stub.body if isinstance(n, ast.ImportFrom) for a in n.names}
    assert homes.keys() == set(s3fn.__all__)
    for error in ("CubeError", "LabelError", "WordsError", "ModelError", "ProjectError", "ExportError"):
        assert issubclass(getattr(s3fn, error), s3fn.S3FNError)
    assert {"predict_from_words", "measured_descriptions", "fit", "Model", "Result"} <= homes.keys()
