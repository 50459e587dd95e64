"""PNG: indexed by the class ids, so that any viewer shows the colours.

The format has no field for names; they travel as a text chunk, which other programs pass over.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from s3fn_core.files import whole_file
from s3fn_core.grey_png import stored_values
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.exchange.checksums import check_png
from s3fn_core.labels.exchange.grids import lay, place_beside
from s3fn_core.labels.exchange.labelfile import Stored, Wanted, class_legend
from s3fn_core.labels.rasters import Array, Place, plain_name
from s3fn_core.languages import tr
from s3fn_core.types import IdArray

NAME = tr("Indexed PNG")
SUFFIXES = (".png",)

_NAMES = "class names"  # the chunk's keyword
_ITEMSIZES = {"1": 1, "L": 1, "P": 1, "I": 4, "I;16": 2, "I;16B": 2, "F": 4}


def read(wanted: Wanted) -> Stored:
    """Read an indexed or grey PNG whose values are the ids."""
    with Image.open(wanted.path, formats=("PNG",)) as image:
        if image.mode not in _ITEMSIZES:
            raise wanted.error(
                "{path} is a colour picture ({mode}), not a map of class ids; save it as an indexed or "
                "grey PNG whose values are the ids.",
                mode=image.mode,
            )
        check_png(wanted.path)
        laid = lay(wanted, place_beside(wanted.path), image.size[::-1], _ITEMSIZES[image.mode])
        values = stored_values(np.array(image), wanted.path)[laid.rows, laid.columns]
        if (clear := _transparent(image)).size:
            values[np.isin(values, clear)] = 0
        palette = image.getpalette("RGB") or [] if image.mode == "P" else []
        text = image.info.get(_NAMES)
    colors = {i // 3: f"#{bytes(palette[i : i + 3]).hex()}" for i in range(0, len(palette), 3)}
    return Stored(laid.onto(values), _names(text), colors, laid.notes, laid.moved)


def _transparent(image: Image.Image) -> Array:
    """The values that the file masks: none of it is seen."""
    said = image.info.get("transparency", ())
    if isinstance(said, bytes):  # the opacity of each colour of the palette
        return np.flatnonzero(np.frombuffer(said, np.uint8) == 0)
    if image.mode == "1" and said == 255:  # as Pillow calls its white
        said = 1
    return np.ravel(said) if isinstance(said, int) else np.zeros(0, int)


def _names(text: Any) -> dict[int, str]:
    """Names from the text chunk; none where it is damaged, for the map is whole without."""
    try:
        return {int(key): str(name) for key, name in json.loads(text).items()}
    except (AttributeError, TypeError, ValueError, RecursionError):
        return {}


def write(ids: IdArray, path: Path, classes: ClassSet, place: Place | None) -> None:
    """Write an indexed PNG with the classes' colours as its palette."""
    image = Image.fromarray(ids, "P")
    image.putpalette([byte for _, color in class_legend(classes, ids) for byte in color])
    chunks = PngInfo()
    names = {str(c.id): plain_name(c.name) for c in classes}
    chunks.add_itxt(_NAMES, json.dumps(names, ensure_ascii=False), zip=True)
    with whole_file(path) as temporary:
        image.save(temporary, pnginfo=chunks)
