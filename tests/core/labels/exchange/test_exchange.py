from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp
from PIL import Image
from scipy.io import savemat

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange import (
    LABEL_SUFFIXES,
    read_label_classes,
    read_labels,
    read_objects,
    write_labels,
)
from s3fn_core.labels.rasters import write_geotiff
from s3fn_core.types import IdArray

DATA = Path(os.environ.get("S3FN_DATA", Path(__file__).parents[5] / "shared" / "data"))
CLASSES = ClassSet().added("soil").added("low vegetation").added("water")
IDS = np.array([[0, 1, 2, 3], [3, 3, 0, 2], [1, 1, 2, 0]], np.uint8)
needs_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"measured data not found in {DATA} (S3FN_DATA names its folder)"
)


@pytest.mark.parametrize("suffix", [".tif", ".png", ".npy", ".hdr"])
@settings(max_examples=12)
@given(ids=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)))
def test_round_trip(suffix: str, ids: IdArray, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("labels") / f"map{suffix}"
    write_labels(ids, path, CLASSES)
    read = read_labels(path, shape=ids.shape)
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, ids)


@pytest.mark.parametrize("suffix", [".tif", ".png", ".npy", ".hdr", ".mat", ".h5"])
def test_ids_of_any_whole_type_are_written_alike(suffix: str, tmp_path: Path) -> None:
    ids = np.eye(6, dtype=np.int64)
    path = tmp_path / f"labels{suffix}"
    write_labels(ids, path, ClassSet().added("soil"))
    np.testing.assert_array_equal(read_labels(path, shape=ids.shape), ids)


def test_files_are_whole_and_overwritten(tmp_path: Path) -> None:
    for _ in range(2):
        for name in ("a.tif", "a.png", "a.npy", "b.hdr"):
            write_labels(IDS, tmp_path / name, CLASSES)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "a.npy",
        "a.png",
        "a.tif",
        "a.tif.aux.xml",
        "b.hdr",
        "b.img",
    ]


def test_envi_classes_come_back_with_names_and_colours(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.hdr", CLASSES)
    assert read_label_classes(tmp_path / "map.hdr", IDS) == CLASSES
    assert read_label_classes(tmp_path / "map.img", IDS) == CLASSES


def test_classes_of_a_plain_map_are_numbered(tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", IDS)
    assert read_label_classes(tmp_path / "map.npy", IDS).names == ("class 1", "class 2", "class 3")


def test_other_programs_see_colours_and_names(tmp_path: Path) -> None:
    import rasterio

    write_labels(IDS, tmp_path / "map.tif", CLASSES)
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        source = rasterio.open(tmp_path / "map.tif")
    with source:
        assert source.compression.name == "deflate"
        assert source.colormap(1)[1][:3] == CLASSES[1].rgb
    assert "<Category>low vegetation</Category>" in (tmp_path / "map.tif.aux.xml").read_text()
    write_labels(IDS, tmp_path / "map.png", CLASSES)
    with Image.open(tmp_path / "map.png") as image:
        assert image.mode == "P"
        assert image.convert("RGB").getpixel((1, 0)) == CLASSES[1].rgb


@pytest.mark.parametrize(
    "stored", [IDS.astype(np.float32), IDS.astype(np.int64), IDS.astype(">i2"), IDS[:, :, None], IDS[None]]
)
def test_whole_numbers_of_any_type(stored: np.ndarray, tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", stored)
    np.testing.assert_array_equal(read_labels(tmp_path / "map.npy"), IDS)


def test_booleans_are_one_class(tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", IDS > 0)
    assert read_labels(tmp_path / "map.npy").max() == 1


def test_declared_nodata_is_unlabelled(tmp_path: Path) -> None:
    import rasterio

    stored = IDS.astype(np.int16)
    stored[0, 0] = -9999
    profile = {"driver": "GTiff", "height": 3, "width": 4, "count": 1, "dtype": "int16"}
    with rasterio.open(
        tmp_path / "map.tif", "w", **profile, nodata=-9999, transform=rasterio.Affine.scale(2)
    ) as target:
        target.write(stored, 1)
    np.testing.assert_array_equal(read_labels(tmp_path / "map.tif"), IDS)


def test_mat_with_several_matrices_takes_the_one_of_the_cube_shape(tmp_path: Path) -> None:
    path = tmp_path / "map.mat"
    savemat(path, {"gt": IDS, "other": np.zeros((9, 9)), "scalar": 3})
    np.testing.assert_array_equal(read_labels(path, shape=(3, 4)), IDS)
    with pytest.raises(LabelError, match=r"several matrices .*gt.*other"):
        read_labels(path)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (np.array([[0.5, 1], [1, 1]]), "0.5 at line 0, sample 0"),
        (np.array([[1, np.nan], [1, 1]]), "nan at line 0, sample 1"),
        (np.array([[1, np.inf], [1, 1]]), "inf|whole"),
        (np.array([[1, 256], [1, 1]]), "the id 256"),
        (np.array([[1, -1], [1, 1]]), "-1 at line 0, sample 1"),
        (np.zeros((2, 2, 3)), "two axes"),
        (np.zeros(4), "two axes"),
        (np.array([["a", "b"]]), "whole numbers"),
        (np.array([[1j, 0]]), "whole numbers"),
    ],
)
def test_values_that_are_no_ids(stored: np.ndarray, said: str, tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", stored)
    with pytest.raises(LabelError, match=said):
        read_labels(tmp_path / "map.npy")


def test_wrong_shape_names_both(tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", IDS)
    with pytest.raises(LabelError, match=r"3 x 4 but the cube 5 x 4"):
        read_labels(tmp_path / "map.npy", shape=(5, 4))
    with pytest.raises(LabelError, match="transposed"):
        read_labels(tmp_path / "map.npy", shape=(4, 3))


@pytest.mark.parametrize("suffix", [*LABEL_SUFFIXES, ".jpg", ""])
def test_files_that_are_no_maps(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"map{suffix}"
    with pytest.raises(LabelError, match="no label map"):
        read_labels(path)
    path.write_bytes(b"This is not a label map at all.")
    with pytest.raises(LabelError, match="label map"):
        read_labels(path)
    path.write_bytes(b"")
    with pytest.raises(LabelError, match="label map"):
        read_labels(path)


def test_pickled_arrays_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(LabelError, match="cannot be read"):
        read_labels(tmp_path / "map.npy")


def test_pictures_and_cubes_are_no_label_maps(tmp_path: Path) -> None:
    Image.new("RGB", (4, 3)).save(tmp_path / "photo.png")
    with pytest.raises(LabelError, match="colour picture"):
        read_labels(tmp_path / "photo.png")
    import spectral.io.envi as envi

    envi.save_image(str(tmp_path / "cube.hdr"), np.zeros((3, 4, 5), np.float32))
    with pytest.raises(LabelError, match="5 bands"):
        read_labels(tmp_path / "cube.hdr")


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"\.tif, \.tiff, \.png"):
        write_labels(IDS, tmp_path / "map.jpg", CLASSES)
    for suffix in (".tif", ".png", ".npy", ".hdr"):
        with pytest.raises(LabelError, match="cannot be written"):
            write_labels(IDS, tmp_path / "no folder" / f"map{suffix}", CLASSES)


@needs_data
@pytest.mark.parametrize(
    ("name", "shape", "classes"), [("Indian_pines_gt", (145, 145), 16), ("Salinas_gt", (512, 217), 16)]
)
def test_maps_of_the_community(name: str, shape: tuple[int, int], classes: int) -> None:
    ids = read_labels(DATA / "label_maps" / f"{name}.mat", shape=shape)
    assert set(np.unique(ids)) == set(range(classes + 1))


@needs_data
def test_float_maps_of_enmap() -> None:
    counts = np.zeros(7, int)
    for path in sorted((DATA / "enmap_potsdam" / "labels").glob("*.tif")):
        counts += np.bincount(read_labels(path, shape=(32, 32)).ravel(), minlength=7)
    assert counts[1:].tolist() == [505, 953, 1694, 2070, 91, 359]


@pytest.mark.parametrize("suffix", [".npy", ".mat", ".tif", ".png"])
def test_numbers_of_objects_may_be_large(suffix: str, tmp_path: Path) -> None:
    numbers = IDS.astype(np.int32) * 10_000  # a PNG holds up to 65535
    path = tmp_path / f"objects{suffix}"
    if suffix == ".npy":
        np.save(path, numbers.astype(float))
    elif suffix == ".mat":
        savemat(path, {"objects": numbers})
    elif suffix == ".tif":
        write_geotiff(numbers, path, None)
    else:
        Image.fromarray(numbers.astype(np.uint16)).save(path)
    read = read_objects(path, shape=(3, 4))
    assert read.dtype == np.int64
    np.testing.assert_array_equal(read, numbers)
    with pytest.raises(LabelError, match="Renumber the classes"):
        read_labels(path)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (np.full((3, 4), -2), "-2 at line 0"),
        (np.full((3, 4), 1.5), "an object map holds whole numbers"),
        (np.full((3, 4), np.inf), "too large for an object"),
        (np.ones((4, 3), int), "an object map must have the shape of its cube"),
    ],
)
def test_what_is_no_object_map(stored: np.ndarray, said: str, tmp_path: Path) -> None:
    np.save(tmp_path / "objects.npy", stored)
    with pytest.raises(LabelError, match=said):
        read_objects(tmp_path / "objects.npy", shape=(3, 4))
    with pytest.raises(LabelError, match="There is no object map"):
        read_objects(tmp_path / "gone.npy")


def test_a_tiff_may_pass_four_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GDAL has to know beforehand: written as a plain TIFF, a large map would break off."""
    asked: list[object] = []
    plain = rasterio.open

    def noting(*arguments: object, **options: object) -> object:
        asked.extend(value for name, value in options.items() if name == "BIGTIFF")
        return plain(*arguments, **options)

    monkeypatch.setattr(rasterio, "open", noting)
    write_geotiff(IDS, tmp_path / "map.tif", None)
    assert asked == ["IF_SAFER"]
