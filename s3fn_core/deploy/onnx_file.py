"""ONNX files of models, checked against the model itself."""

from __future__ import annotations

import importlib
import json
import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

import s3fn_core
from s3fn_core.checked import checked
from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.quantity import LARGEST_REFLECTANCE
from s3fn_core.deploy.graph import PatchGraph
from s3fn_core.errors import ExportError
from s3fn_core.files import reason, whole_file
from s3fn_core.languages import tr
from s3fn_core.model.applying.inference import predict
from s3fn_core.model.applying.scoring import heard
from s3fn_core.model.checkpoint import S3FNModel
from s3fn_core.progress import Operation, Progress, run
from s3fn_core.types import FloatArray

OPSET = 18
TOLERANCE = 1e-4
"""Largest difference of a probability between the file and the model."""
TRIED = 24
"""Patches that both are asked about."""
INPUTS, OUTPUTS = ("spectra", "words_scale"), ("probability", "novelty")


@dataclass(frozen=True)
class OnnxFile:
    """What was written.

    Attributes
    ----------
    path : Path
    side : int
        Pixels on each side of a patch.
    difference : float
        Largest difference of a probability to the model's.
    left_out : tuple of str
        Parts of the model that the graph cannot express.
    """

    path: Path
    side: int
    difference: float
    left_out: tuple[str, ...]


@checked(ExportError)
def export_onnx(model: S3FNModel, path: Path) -> Operation[OnnxFile]:
    """Write a model as one ONNX graph from spectra to probabilities.

    The graph takes ``spectra`` (n, side, side, bands), patches around n pixels with the values that the
    model was trained on, mirrored at the border of an image, and ``words_scale``, a number: 1 for
    reflectance, 0 where the values are not what the words speak of.  It gives ``probability`` (n, classes)
    and ``novelty`` (n,).  What the numbers mean stands in its metadata.

    Raises
    ------
    ExportError
        When packages are missing, the file cannot be written, or its answers are not the model's.
    """
    onnx, onnxruntime = _packages()
    yield Progress("export", 0.0, tr("Building the graph"))
    graph = PatchGraph(model).eval()
    patches = _patches(model, graph.side)
    yield Progress("export", 0.2, tr("Translating the graph"))
    left_out = _left_out(model)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as temporary:
            _translate(graph, patches, temporary)
            proto = onnx.load(temporary)
            for name, text in metadata_of(model, graph.side, left_out).items():
                entry = proto.metadata_props.add()
                entry.key, entry.value = name, text
            onnx.checker.check_model(proto)
            onnx.save(proto, temporary)
            yield Progress("export", 0.8, tr("Comparing with the model"))
            difference = _difference(onnxruntime, model, patches, temporary)
    except OSError as error:
        raise ExportError(
            "{path} cannot be written: {error}. Choose a folder you may write to.",
            path=path,
            error=reason(error),
        ) from error
    yield Progress("export", 1.0, tr("Done"))
    return OnnxFile(path, graph.side, difference, left_out)


def metadata_of(model: S3FNModel, side: int, left_out: Sequence[str]) -> dict[str, str]:
    """What a program needs to know of the numbers, as texts; lists are JSON."""
    bands = model.preprocess.bands
    wavelengths = None if bands.wavelengths is None else [round(float(v), 4) for v in bands.wavelengths]
    return {
        "program": f"S3FN {s3fn_core.__version__}",
        "classes": json.dumps([{"id": c.id, "name": c.name, "color": c.color} for c in model.classes]),
        "wavelengths_nm": json.dumps(wavelengths),
        "good_bands": json.dumps(np.asarray(bands.good, bool).tolist()),
        "patch_side": str(side),
        "values": "" if model.learned is None else f"{model.learned.low:.6g} to {model.learned.high:.6g}",
        "split": str(model.metrics.get("split", "not measured")),
        "held_out_oa": str((model.metrics.get("held_out") or {}).get("oa", "")),
        "left_out": json.dumps(list(left_out)),
    }


def _left_out(model: S3FNModel) -> tuple[str, ...]:
    told = []
    if model.smoothing:
        told.append(f"smoothing of the map (strength {model.smoothing:g}), which needs all of the image")
    if model.objects.experts or model.objects.defects is not None:
        told.append("what the model learned of whole objects")
    return tuple(told)


def _packages() -> tuple[Any, Any]:
    missing, found = [], []
    for name in ("onnx", "onnxruntime", "onnxscript"):
        try:
            found.append(importlib.import_module(name))
        except ImportError:
            missing.append(name)
    if missing:
        raise ExportError(
            "ONNX files need {packages}, which is not installed. Install it: python -m pip install "
            "'s3fn[onnx]'.",
            packages=", ".join(missing),
        )
    return found[0], found[1]


def _translate(graph: PatchGraph, patches: FloatArray, path: Path) -> None:
    example = (torch.from_numpy(patches[:2]), torch.tensor(1.0))
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it tells of packages that nobody needs
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of the translator, about itself
        torch.onnx.export(
            graph,
            example,
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            opset_version=OPSET,
            dynamic_shapes={"spectra": {0: torch.export.Dim("pixels")}, "words_scale": {}},
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def _patches(model: S3FNModel, side: int) -> FloatArray:
    """Patches (n, side, side, bands) of values like those that were learned; some are background."""
    low, high = (0.0, 1.0) if model.learned is None else (model.learned.low, model.learned.high)
    generator = np.random.default_rng(0)
    level = generator.uniform(low, high, (TRIED, 1, 1, len(model.preprocess.bands)))
    grain = generator.normal(0, 0.05 * (high - low), (TRIED, side, side, level.shape[-1]))
    patches = (level + grain).astype(np.float32)
    patches[-1] = 0
    patches[-2, : side // 2] = np.nan
    return patches


def _own_answers(model: S3FNModel, patches: FloatArray) -> tuple[FloatArray, float]:
    """Probabilities (n, classes) by the model's own map of a cube of patches, and its scale of the words."""
    count, side, _, bands = patches.shape
    wide = patches.transpose(1, 0, 2, 3).reshape(side, count * side, bands)
    known = model.preprocess.bands
    small = model.learned is None or model.learned.size <= LARGEST_REFLECTANCE
    cube = Cube(wide, "patches", wavelengths=known.wavelengths, good_bands=known.good, reflectance=small)
    where = np.zeros((side, count * side), bool)
    where[side // 2, side // 2 :: side] = True
    words, _ = heard(model, cube)
    found = run(predict(model, cube, device="cpu", where=where, probabilities=True, smooth=False))
    assert found.probabilities is not None
    return found.probabilities[where], 0.0 if words is None else words.scale


def _difference(onnxruntime: Any, model: S3FNModel, patches: FloatArray, path: Path) -> float:
    """Between the file's probabilities and the model's; raises ExportError where it is too large."""
    wanted, scale = _own_answers(model, patches)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    given = {"spectra": patches, "words_scale": np.array(scale, np.float32)}
    found = session.run(["probability"], given)[0]
    difference = float(np.abs(found - wanted).max())
    if not difference <= TOLERANCE:
        raise ExportError(
            "The graph was not written: its probabilities differ by {difference:.2g} from the "
            "model's, by more than {tolerance:g}. Please report this with the versions of onnx and "
            "onnxruntime.",
            difference=difference,
            tolerance=TOLERANCE,
        )
    return difference
