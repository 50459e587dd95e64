"""Editing a cube's metadata: what the dialog shows is read in jobs, what it says is one undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.formats import SUFFIXES
from s3fn_core.cubes.treating.proposals import (
    NodataProposal,
    Sample,
    propose_bad_bands,
    propose_nodata,
    sample,
)
from s3fn_core.cubes.treating.stated_wavelengths import from_file
from s3fn_core.cubes.treating.treatment import Metadata
from s3fn_core.errors import CubeError, S3FNError
from s3fn_core.languages import tr
from s3fn_core.progress import Operation
from s3fn_gui.cubes.metadata.dialog import MetadataDialog
from s3fn_gui.session.context import Context, Flow
from s3fn_gui.session.cube import OpenCube

TITLE = tr("Edit metadata")
JOBS = ("metadata sample", "metadata bands", "metadata file")
WAVELENGTHS = tr(
    "Tables, headers, libraries and cubes (*.txt *.csv *.tsv *.asc *.hdr *.sli {suffixes});;All files (*)",
    suffixes=" ".join("*" + suffix for suffix in SUFFIXES),
)


class MetadataFlow(Flow):
    """One dialog at a time, for the current cube."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._sample: Sample | None = None

    def edit(self) -> None:
        """Open the editor for the current cube."""
        item = self._session.cubes.current
        if item is None:
            return
        metadata = item.treatment.metadata or Metadata.of(item.source)
        dialog = self.ask.show(MetadataDialog, item.source, metadata)
        if item.treatment.calibration is not None:
            dialog.values.set_calibrated()
        dialog.bands.propose_asked.connect(partial(self._propose, dialog))
        dialog.wavelengths.load_asked.connect(partial(self._load, dialog))
        dialog.confirm = partial(self._apply, item)
        dialog.finished.connect(self._end)
        self._look(dialog, item.source)

    def set_reflectance(self, is_reflectance: bool) -> None:
        """State of the current cube that its values are reflectance, or that they are not."""
        item = self._session.cubes.current
        if item is None:
            return
        known = item.treatment.metadata or Metadata.of(item.source)
        if known.reflectance is not is_reflectance:
            stated = replace(item.treatment, metadata=replace(known, reflectance=is_reflectance))
            text = tr("Values are reflectance") if is_reflectance else tr("Values are not reflectance")
            self._session.push_treatment(item, stated, text)

    def _end(self) -> None:
        for kind in JOBS:
            self._runner.cancel(kind)
        self._sample = None

    def _apply(self, item: OpenCube, metadata: Metadata) -> str:
        """Treat the cube with the new metadata; why that cannot be, or ""."""
        stated = None if metadata == Metadata.of(item.source) else metadata
        if item not in self._session.cubes.items or stated == item.treatment.metadata:
            return ""
        try:
            self._session.push_treatment(item, replace(item.treatment, metadata=stated), TITLE)
        except CubeError as error:
            return str(error)
        return ""

    # --- jobs ----------------------------------------------------------------------------------

    def _look(self, dialog: MetadataDialog, cube: Cube) -> None:
        def done(found: tuple[Sample, tuple[NodataProposal, ...]]) -> None:
            self._sample = found[0]
            dialog.set_sample(*found)

        def failed(error: BaseException) -> None:
            dialog.set_sample(None, ())
            self._fail(dialog, error)

        self._start(
            dialog, JOBS[0], tr("Examining {name}", name=cube.name), lambda: _look(cube), done, failed
        )

    def _propose(self, dialog: MetadataDialog) -> None:
        """Look for bad bands with the no-data value and the wavelengths as they are edited."""
        draft, seen = dialog.draft, self._sample
        if seen is None:
            dialog.tell(tr("The pixels of the cube are still being read."))
            return
        cube = draft.cube.with_(wavelengths=draft.centres, nodata=draft.nodata)
        title = tr("Finding bad bands of {name}", name=cube.name)
        self._start(dialog, JOBS[1], title, lambda: propose_bad_bands(cube, seen), dialog.take_bad_bands)

    def _load(self, dialog: MetadataDialog) -> None:
        path = self.ask.open_file(tr("Load wavelengths"), WAVELENGTHS)
        if path is not None:
            bands = dialog.draft.cube.bands
            self._start(
                dialog,
                JOBS[2],
                tr("Reading {name}", name=path.name),
                lambda: from_file(path, bands),
                dialog.wavelengths.take,
            )

    def _start(
        self,
        dialog: MetadataDialog,
        kind: str,
        title: str,
        operation: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Run a job whose result counts only while the dialog is open."""
        failed = failed or partial(self._fail, dialog)
        self._runner.start(
            kind,
            title,
            operation,
            lambda result: done(result) if dialog.is_open else None,
            failed=lambda error: failed(error) if dialog.is_open else None,
        )

    def _fail(self, dialog: MetadataDialog, error: BaseException) -> None:
        if isinstance(error, S3FNError):
            dialog.tell(str(error))
        else:
            self._errors.show(TITLE, error)


def _look(cube: Cube) -> Operation[tuple[Sample, tuple[NodataProposal, ...]]]:
    seen = yield from sample(cube)
    return seen, propose_nodata(seen)
