"""The map of a cube, with what a script asks of it: figures, areas, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.thumbnail import card, thinned
from s3fn_core.errors import ExportError
from s3fn_core.labels.classes import ClassSet
from s3fn_core.labels.reading import Match
from s3fn_core.model.applying.inference import Prediction
from s3fn_core.model.applying.objects import ObjectPrediction
from s3fn_core.progress import run
from s3fn_core.results.export import USUAL, AreaRow, ClassMap, areas, export_map, objects_file
from s3fn_core.results.intervals import square_blocks
from s3fn_core.results.metrics import Accuracy, accuracy
from s3fn_core.results.object_table import tray_of, write_objects_table
from s3fn_core.results.origin import origin_of
from s3fn_core.results.probabilities import export_probabilities
from s3fn_core.scripting.given import MapLike, ids_of
from s3fn_core.types import FloatArray, IdArray, ObjectMap


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What a model says of a cube.

    Attributes
    ----------
    cube : Cube
    prediction : Prediction
        All that is known of the map.
    objects : ObjectPrediction or None
        What each object is as a whole, where object maps were given.
    numbers : array of int, shape (lines, samples), or None
        The object at each pixel, 0 = none, where object maps were given.
    model_name : str
        What made the map, for the metadata of its files.
    remark : str
        What every file says of a map that no measured model made.
    """

    cube: Cube
    prediction: Prediction
    objects: ObjectPrediction | None = None
    numbers: ObjectMap | None = None
    model_name: str = ""
    remark: str = ""

    @property
    def ids(self) -> IdArray:
        """Class ids, shape (lines, samples), 0 on background."""
        return self.prediction.ids

    @property
    def probabilities(self) -> FloatArray | None:
        """Of every class in their order, shape (lines, samples, classes); 0 on background."""
        return self.prediction.probabilities

    @property
    def confidence(self) -> FloatArray:
        """Probability of the class that was chosen, shape (lines, samples)."""
        return self.prediction.confidence

    @property
    def novelty(self) -> FloatArray | None:
        """How unlike the labels each pixel is, shape (lines, samples); above 1 nothing is like it."""
        return self.prediction.novelty

    @property
    def classes(self) -> ClassSet:
        return self.prediction.classes

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed or left out."""
        return self.prediction.notes

    def accuracy(
        self, truth: MapLike, *, exclude: MapLike | None = None, match: Match | None = None
    ) -> Accuracy:
        """Compare the map with the ground truth.

        Parameters
        ----------
        truth : array of class ids, or file of a label map
            0 where nothing is known.
        exclude : array or file, optional
            Pixels that are not 0 in it do not count, such as the labels that were trained on.
        match : {"names", "ids"}, optional
            What counts where a file names its classes otherwise.

        Raises
        ------
        LabelError
            When the map does not fit the cube or the classes, or no pixel is left to compare.
        """
        labels = ids_of(truth, self.cube, self.classes, match)
        if exclude is not None:
            labels = np.where(ids_of(exclude, self.cube, self.classes, match) > 0, 0, labels).astype(np.uint8)
        places = np.insert(np.argwhere(labels > 0), 0, 0, axis=1)
        here = labels > 0
        return accuracy(
            labels[here], self.ids[here], self.classes, self.confidence[here], square_blocks(places)
        )

    @property
    def map(self) -> ClassMap:
        """The map as it is exported."""
        return self.prediction.class_map(self.cube, self.model_name, self.remark)

    def areas(self) -> list[AreaRow]:
        """Pixels, per cent and area of each class."""
        return areas(self.map)

    def export(
        self,
        folder: str | PathLike[str],
        name: str = "",
        *,
        formats: Sequence[str] = USUAL,
        probabilities: bool = False,
    ) -> list[Path]:
        """Write the map, its confidence and novelty, its areas, and the table of objects.

        Parameters
        ----------
        folder : path
            Made where it is missing; files of the same names are replaced.
        name : str
            Start of the file names; the cube's name when not given.
        formats : sequence of str
            Of envi, geotiff, png, npy, csv, geopackage, geojson, spectra.
        probabilities : bool
            Write the probability of every class too, one band a class, as envi, geotiff or npy.

        Raises
        ------
        ExportError
            For an unknown format, or when the folder cannot be written.
        """
        if isinstance(formats, str):
            raise ExportError('Formats are a list, such as ["{format}"].', format=formats)
        stem = name or self.cube.name
        files = export_map(self.map, folder, stem, formats)
        if probabilities and self.probabilities is not None:
            files += export_probabilities(self.probabilities, self.map, folder, formats, stem)
        if self.objects is not None and self.numbers is not None:
            found = self.objects
            origin = origin_of(self.model_name, found.metrics, remark=self.remark)
            tray = run(tray_of(self.cube, self.numbers, found.objects, found.classes, origin=origin))
            files.append(write_objects_table([tray], objects_file(folder, stem)))
        return files

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(self.ids, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        lines, samples = self.ids.shape
        return (
            f"Result({self.cube.name!r}, {lines} lines x {samples} samples, {', '.join(self.classes.names)})"
        )

    def __str__(self) -> str:
        rows = [(row.name, f"{row.pixels:,}", f"{row.percent:.1f} %") for row in self.areas()]
        wide = max((len(name) for name, *_ in rows), default=0)
        return "\n".join(
            [self.cube.name, *(f"  {name:{wide}} {n:>12} {share:>8}" for name, n, share in rows)]
        )

    def _repr_html_(self) -> str:
        """What a notebook shows: the map in the colours of its classes, and their shares."""
        palette = np.zeros((256, 3), np.uint8)
        for c in self.classes:
            palette[c.id] = c.rgb
        picture = palette[self.ids[thinned(*self.ids.shape)]]
        rows = [
            (f"{row.name} ({self.classes[row.class_id].color})", f"{row.percent:.1f} %")
            for row in self.areas()
        ]
        return card(self.cube.name, rows, picture)
