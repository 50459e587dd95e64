"""Label files are opened as other programs open them, and come back with names and colours."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest
import rasterio
import spectral.io.envi as envi
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from scipy.io import loadmat

from s3fn_core.errors import LabelError
from s3fn_core.labels.classes import ClassSet, LabelClass
from s3fn_core.labels.exchange import (
    WRITTEN_SUFFIXES,
    class_set,
    file_filter,
    read_label_file,
    read_labels,
    write_labels,
    written_filters,
)
from s3fn_core.labels.rasters import plain_name

CLASSES = ClassSet(
    (
        LabelClass(1, "Löss über Ton", "#b5651d"),
        LabelClass(3, "水面", "#102030"),
        LabelClass(200, "a & <b>", "#ee6677"),
    )
)
IDS = np.array([[0, 1, 1, 200], [3, 3, 0, 200], [1, 1, 3, 0]], np.uint8)
unplaced = pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
RASTERS = (".tif", ".png", ".mat", ".hdr", ".h5")


@st.composite
def class_sets(draw: st.DrawFn) -> ClassSet:
    ids = draw(st.lists(st.integers(1, 255), min_size=1, max_size=6, unique=True))
    text = st.text(min_size=1, max_size=12).filter(lambda s: len(plain_name(s)) > 0)
    names = draw(st.lists(text, min_size=len(ids), max_size=len(ids), unique_by=plain_name))
    colors = st.integers(1, 0xFFFFFF).map("#{:06x}".format)
    return ClassSet(tuple(LabelClass(i, name, draw(colors)) for i, name in zip(ids, names, strict=True)))


SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9)


@pytest.mark.parametrize("suffix", RASTERS)
@settings(max_examples=25, deadline=None)
@given(classes=class_sets(), shape=SHAPES, data=st.data())
def test_ids_names_and_colours_come_back(
    suffix: str,
    classes: ClassSet,
    shape: tuple[int, int],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ids = data.draw(hnp.arrays(np.uint8, shape, elements=st.sampled_from((0, *classes.ids))))
    path = tmp_path_factory.mktemp("labels") / f"map{suffix}"
    write_labels(ids, path, classes)
    file = read_label_file(path, shape=shape)
    np.testing.assert_array_equal(file.ids, ids)
    found = {c.id: c for c in file.classes}
    for c in classes:
        name = plain_name(c.name)
        if suffix == ".hdr":  # its syntax keeps these for itself
            name = name.translate(str.maketrans("{},=", "()--"))
        if c.id not in found:  # a name that says nothing, of a class that is not used
            assert name in (f"class {c.id}", str(c.id))
            continue
        assert found[c.id].name == name
        assert found[c.id].color == c.color
        assert found[c.id].pixels == np.count_nonzero(ids == c.id)


@pytest.mark.parametrize("suffix", RASTERS)
def test_a_class_set_comes_back(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"map{suffix}"
    write_labels(IDS, path, CLASSES)
    assert class_set(read_label_file(path).classes) == CLASSES


@unplaced
def test_rasterio_sees_a_colour_table_that_is_not_black(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.tif", CLASSES)
    with rasterio.open(tmp_path / "map.tif") as source:
        table = source.colormap(1)
        assert source.colorinterp[0] == rasterio.enums.ColorInterp.palette
    assert {i: table[i] for i in CLASSES.ids} == {c.id: (*c.rgb, 255) for c in CLASSES}
    names = (tmp_path / "map.tif.aux.xml").read_text("utf-8")
    assert "<Category>水面</Category>" in names


@unplaced
def test_spectral_and_gdal_see_the_classes_of_envi(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.hdr", CLASSES)
    image = envi.open(str(tmp_path / "map.hdr"))
    np.testing.assert_array_equal(image.read_band(0), IDS)
    assert image.metadata["file type"] == "ENVI Classification"
    assert image.metadata["class names"][1] == "Löss über Ton"
    lookup = [int(value) for value in image.metadata["class lookup"]]
    assert tuple(lookup[3 * 200 : 3 * 200 + 3]) == CLASSES[200].rgb
    with rasterio.open(tmp_path / "map.img") as source:
        assert source.colormap(1)[3][:3] == CLASSES[3].rgb


def test_pillow_sees_the_palette(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.png", CLASSES)
    with Image.open(tmp_path / "map.png") as image:
        assert image.mode == "P"
        assert image.convert("RGB").getpixel((3, 0)) == CLASSES[200].rgb


def test_matlab_sees_a_cell_of_names(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.mat", CLASSES)
    loaded = loadmat(tmp_path / "map.mat")
    np.testing.assert_array_equal(loaded["labels"], IDS)
    assert [str(cell[0]) for cell in loaded["class_names"].ravel()] == list(CLASSES.names)
    assert loaded["class_colors"].tolist() == [list(c.rgb) for c in CLASSES]


def test_h5py_sees_what_ilastik_expects(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.h5", CLASSES)
    with h5py.File(tmp_path / "map.h5") as file:
        data = file["exported_data"]
        assert data.shape == (1, 3, 4, 1)
        axes = json.loads(data.attrs["axistags"])["axes"]
        assert "".join(axis["key"] for axis in axes) == "zyxc"
        assert list(data.attrs["class_names"]) == list(CLASSES.names)


@pytest.mark.parametrize("axes", ["yx", "xy", "yxc", "zyxc", "tzyxc", "cxyz"])
@pytest.mark.parametrize("tagged", [True, False])
def test_the_axes_of_ilastik_in_any_order(axes: str, tagged: bool, tmp_path: Path) -> None:
    if not tagged and axes.index("x") < axes.index("y"):
        pytest.skip("nothing tells x from y")
    stored = IDS if axes.index("y") < axes.index("x") else IDS.T
    stored = stored.reshape([{"y": 3, "x": 4}.get(axis, 1) for axis in axes])
    with h5py.File(tmp_path / "map.h5", "w") as file:
        data = file.create_dataset("exported_data", data=stored)
        if tagged:
            data.attrs["axistags"] = json.dumps({"axes": [{"key": axis} for axis in axes]})
    np.testing.assert_array_equal(read_labels(tmp_path / "map.h5", shape=(3, 4)), IDS)


@pytest.mark.parametrize("value", ["y,x", 3, [1, 2]])
def test_labels_of_axes_of_another_type_do_not_end_the_process(tmp_path: Path, value: object) -> None:
    with h5py.File(tmp_path / "map.h5", "w") as file:
        file["exported_data"] = IDS
        file["exported_data"].attrs["DIMENSION_LABELS"] = value
    np.testing.assert_array_equal(read_labels(tmp_path / "map.h5", shape=(3, 4)), IDS)


def test_probabilities_of_ilastik_are_no_labels(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "map.h5", "w") as file:
        data = file.create_dataset("exported_data", data=np.zeros((3, 4, 2), np.float32))
        data.attrs["axistags"] = json.dumps({"axes": [{"key": axis} for axis in "yxc"]})
    with pytest.raises(LabelError, match=r"2 channels.*Simple Segmentation"):
        read_labels(tmp_path / "map.h5")
    with h5py.File(tmp_path / "none.h5", "w") as file:
        file["a"] = file["b"] = IDS
    with pytest.raises(LabelError, match="2 others"):
        read_labels(tmp_path / "none.h5")
    (tmp_path / "project.ilp").write_bytes(b"")
    with pytest.raises(LabelError, match="project of ilastik"):
        read_labels(tmp_path / "project.ilp")


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, np.uint64, bool])
@pytest.mark.parametrize("suffix", [".npy", ".tif"])
def test_labels_as_napari_saves_them(suffix: str, dtype: type, tmp_path: Path) -> None:
    path, ids = tmp_path / f"labels{suffix}", IDS.astype(dtype)
    if suffix == ".npy":
        np.save(path, ids)
    else:
        tifffile.imwrite(path, ids, **({} if dtype is bool else {"compression": "zlib"}))
    np.testing.assert_array_equal(read_labels(path, shape=(3, 4)), ids.astype(np.uint8))


def test_a_folder_of_napari_is_refused(tmp_path: Path) -> None:
    (tmp_path / "labels.zarr").mkdir()
    with pytest.raises(LabelError, match=r"labels\.zarr is a folder.*\.tif or\s+\.npy"):
        read_labels(tmp_path / "labels.zarr")


def test_large_ids_are_kept_for_the_mapping(tmp_path: Path) -> None:
    np.save(tmp_path / "map.npy", IDS.astype(np.int64) * 1000)
    file = read_label_file(tmp_path / "map.npy")
    assert file.ids.dtype == np.uint32
    assert [c.id for c in file.classes] == [1000, 3000, 200_000]
    assert not file.named


def test_an_envi_header_in_latin_1(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.hdr", CLASSES)
    header = tmp_path / "map.hdr"
    text = header.read_text("utf-8").replace("水面", "See")
    header.write_bytes(text.encode("latin-1"))
    assert [c.name for c in read_label_file(header).classes][:2] == ["Löss über Ton", "See"]


def test_a_damaged_file_of_names_does_not_refuse_the_map(tmp_path: Path) -> None:
    write_labels(IDS, tmp_path / "map.tif", CLASSES)
    entities = '<!DOCTYPE a [<!ENTITY b "c">]><PAMDataset>&b;</PAMDataset>'
    (tmp_path / "map.tif.aux.xml").write_text(entities)
    file = read_label_file(tmp_path / "map.tif")
    np.testing.assert_array_equal(file.ids, IDS)
    assert "map.tif.aux.xml" in file.notes[0]
    assert "DOCTYPE" in file.notes[0]


def test_every_format_is_offered() -> None:
    for suffix in WRITTEN_SUFFIXES:
        assert f"*{suffix}" in file_filter()
        assert any(f"*{suffix}" in offered for offered in written_filters())
