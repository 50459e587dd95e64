"""S3FN: from a hyperspectral cube to a classification map, with classes described in words.

>>> import s3fn_core as s3fn
>>> cube = s3fn.open_cube("scene.hdr")  # doctest: +SKIP

The names below are imported from their rooms when they are first used, so that importing the
package itself costs nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from s3fn_core.errors import S3FNError

# Threads of torch that spin while they wait are many times slower as soon as anything else wants
# the processor (a window, say).  OpenMP reads this when torch is loaded; a user's setting wins.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_HOMES = {
    "progress": ("Progress", "run"),
    "cubes.cube": ("Axes", "Cube", "Georeference", "Layout"),
    "cubes.formats": ("Variable", "open_cube", "variables_of", "write_envi"),
    "cubes.treating.treatment": ("Mask", "Metadata", "Treatment"),
    "cubes.treating.references": ("Reference", "averaged_lines"),
    "cubes.treating.calibrate": ("Calibration", "reflectance", "write_reflectance"),
    "cubes.treating.features": ("Band", "Component", "NormalisedDifference", "Ratio"),
    "cubes.treating.mask": ("Recipe", "Step", "Threshold", "apply_mask", "make_mask", "propose_threshold"),
    "cubes.treating.objects": ("Splitting", "find_objects", "object_table"),
    "cubes.viewing.composite": ("Composite", "default_composite"),
    "cubes.viewing.rendering": ("compose", "composed"),
    "cubes.spectra.region": ("region_spectrum",),
    "cubes.spectra.transforms": ("transform",),
    "cubes.spectra.library": ("SpectralLibrary", "read_libraries", "read_library", "write_library"),
    "cubes.simulate": ("simulate",),
    "labels.classes": ("ClassSet", "Description", "LabelClass", "read_classes", "write_classes"),
    "labels.labelmap": ("LabelMap",),
    "labels.exchange": ("read_label_file", "read_labels", "read_objects", "write_labels"),
    "words.encoder": ("encode_classes",),
    "results.metrics": ("accuracy",),
    "results.export": ("ClassMap", "export_map"),
    "project": ("Project",),
    "model.config": ("TrainConfig", "preset"),
    "model.dataset": ("LabelledCube",),
    "model.learning.training": ("train",),
    "model.applying.inference": ("predict", "rescore", "reworded"),
    "model.applying.features": ("compute_features",),
    "model.applying.rescoring": ("Rescorer",),
    "model.learning.retrain": ("retrain",),
    "model.applying.objects": ("predict_objects",),
    "model.checkpoint": ("S3FNModel", "load_model", "save_model"),
}
_HOME_OF = {name: f"s3fn_core.{home}" for home, names in _HOMES.items() for name in names}

__all__ = ["S3FNError", *_HOME_OF]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("s3fn")
    try:
        home = _HOME_OF[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
