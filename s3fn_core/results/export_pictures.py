"""A class map as pictures: the classes with their legend, and each layer in grey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL.PngImagePlugin import PngInfo

from s3fn_core.files import whole_file
from s3fn_core.labels.exchange import class_legend
from s3fn_core.languages import tr
from s3fn_core.progress import Operation, Progress
from s3fn_core.results.class_map import ClassMap, Layers, legend_rows
from s3fn_core.results.legend import grey_picture, map_picture
from s3fn_core.results.map_layers import SCALES

LARGEST_PICTURE = 8192
"""Side in pixels beyond which the picture of a map shows every second (third ...) pixel."""


def write_png(m: ClassMap, start: Path, layers: Layers) -> Operation[None]:
    """START_classes.png with title and legend, and a grey picture of each layer.

    What is white there is the top of the layer's scale.  The metadata are texts of the files.
    """
    path = start.with_name(start.name + "_classes.png")
    yield Progress("export", 0.0, tr("Writing {name}", name=path.name))
    palette = np.array([rgb for _, rgb in class_legend(m.classes, m.ids)], np.uint8)
    remarks = ", ".join(text for text in ("simulated" * m.simulated, m.remark) if text)
    title = f"{m.cube_name} ({remarks})" if remarks else m.cube_name
    every = -(-max(m.ids.shape) // LARGEST_PICTURE)  # a picture is to be looked at, and fits memory
    told = PngInfo()
    for key, text in m.about.items():
        told.add_itxt(key, text)
    picture = map_picture(np.ascontiguousarray(m.ids[::every, ::every]), palette, title, legend_rows(m))
    with whole_file(path) as temporary:
        picture.save(temporary, pnginfo=told)
    for done, (name, values) in enumerate(layers, 1):
        path = start.with_name(f"{start.name}_{name}.png")
        yield Progress("export", done / (1 + len(layers)), tr("Writing {name}", name=path.name))
        with whole_file(path) as temporary:
            grey_picture(values[::every, ::every] / SCALES[name].top).save(temporary, pnginfo=told)
