"""The status bar: what the tool does, what is under the cursor, and the running job."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStatusBar

from s3fn_core.languages import kept, tr
from s3fn_core.model.kept_texts import told
from s3fn_core.progress import Progress
from s3fn_core.quoting import per_cent
from s3fn_gui.base.jobs import Job, JobRunner
from s3fn_gui.base.signals import follow
from s3fn_gui.base.widgets import ShortLabel, holding, label, named, progress_bar, push_button, row
from s3fn_gui.labels.drawing.splitting import Splitting
from s3fn_gui.session.session import Session

HINTS = {
    "pan": kept("Drag to move the image; wheel to zoom"),
    "inspect": kept("Click to keep a spectrum, drag to keep the mean of a region; wheel to zoom"),
    "brush": kept("Drag to paint {name}; right button erases; Esc cancels"),
    "eraser": kept("Drag to erase labels; Esc cancels"),
    "polygon": kept(
        "Click corners; double-click or Enter paints {name}; Backspace removes a corner; Esc cancels"
    ),
    "rectangle": kept("Drag to paint {name}; Shift makes a square; right button erases"),
    "ellipse": kept("Drag to paint {name}; Shift makes a circle; right button erases"),
    "lasso": kept("Draw around what is {name}; right button erases; Esc cancels"),
    "fill": kept("Click to paint pixels like this one with {name}; right button erases"),
    "grow": kept("Click a pixel; wheel, [ and ] set how far; Enter or a click paints {name}"),
    "superpixel": kept("Click or drag over superpixels to paint {name}; right button erases"),
    "pick": kept("Click to select the class of a label"),
    "object": kept("Click an object to select it; Shift selects several"),
    "object_label": kept("Click an object to label it {name}; right button erases its labels"),
    "mask_add": kept("Drag to add to the mask; right button cuts; Esc cancels"),
    "mask_cut": kept("Drag to cut from the mask; right button adds; Esc cancels"),
}
"""What each tool does; ``{name}`` is the class."""


class StatusBar(QStatusBar):
    """Three parts: hint on the left, position in the middle, device and job on the right.

    Where there is too little room for all, texts are cut: none makes the window wider.
    """

    def __init__(self, session: Session, splitting: Splitting, runner: JobRunner) -> None:
        super().__init__()
        self._session = session
        self._splitting = splitting
        self._runner = runner
        self.setSizeGripEnabled(False)
        self._hint = named(ShortLabel(), "status_hint")
        self._position = named(ShortLabel(), "status_position")
        self._device = label(name="status_device")
        self._job = named(ShortLabel(), "status_job")
        self._bar = progress_bar("status_progress", width=90)
        cancel = push_button(tr("Cancel"), "status_cancel", self._cancel)
        cancel.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._work = holding(row(self._job, self._bar, cancel, spacing=4))
        self._work.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.addWidget(self._hint)
        self.addPermanentWidget(self._position)
        self.addPermanentWidget(self._device)
        self.addPermanentWidget(self._work)
        view, cubes = session.view, session.cubes
        follow(self._show_hint, session.class_selected, session.classes_changed, splitting.changed)
        follow(self._show_hint, view.tool_changed, cubes.current_changed)
        follow(self._show_position, view.hovered, view.mode_changed)
        follow(self._show_position, session.labels_changed, cubes.prediction_changed)
        session.model_changed.connect(self._show_device)
        runner.changed.connect(self._show_jobs)
        runner.progressed.connect(self._progressed)
        self._show_hint()
        self._show_jobs()
        self._show_device()

    def _show_hint(self) -> None:
        session = self._session
        if session.cubes.current is None:
            self._hint.setText(tr("Open a cube to begin"))
            return
        target = session.current_class
        name = target.name if target is not None else tr("(no class yet)")
        hint = tr(HINTS[session.view.tool], name=name)
        if (split := self._splitting.source) is not None:
            hint = tr(
                "Splitting {name}: only its pixels change. {hint}",
                name=session.classes[split].name,
                hint=hint,
            )
        self._hint.setText(hint)

    def _show_position(self) -> None:
        item, view = self._session.cubes.current, self._session.view
        if item is None or view.hover is None or view.hover_spectrum is None:
            self._position.setText("")
            return
        line, sample = view.hover
        band, cube = view.band, item.cube
        number = tr("band {number}", number=band + 1)
        where = number if cube.wavelengths is None else f"{cube.wavelengths[band]:.0f} nm"
        parts = [
            tr("line {line}, sample {sample}", line=line, sample=sample),
            f"{where}: {view.hover_spectrum[band]:.4g}",
        ]
        mask = item.treatment.mask
        if mask is not None and (row := int(mask.objects[line, sample])):
            parts.append(tr("object {number}", number=row))
        mapped = () if item.prediction is None else item.prediction.classes
        names = {c.id: c.name for c in (*mapped, *self._session.classes)}
        if label_id := int(item.labels.ids[line, sample]):
            parts.append(tr("label {name}", name=names.get(label_id, label_id)))
        shown = None if view.blind else item.prediction  # who validates a map must not know it
        if shown is not None and (found := int(shown.ids[line, sample])):
            confidence = float(shown.confidence[line, sample])
            name = str(names.get(found, found))  # of unknown objects nobody knows how sure it is
            parts.append(tr("map {name}", name=f"{name} {per_cent(confidence, 0)}" if confidence else name))
            novelty = shown.novelty
            if novelty is not None and novelty[line, sample] > 1:
                parts.append(tr("unlike the labels"))
        self._position.setText("  ·  ".join(parts))

    def _show_device(self) -> None:
        model = self._session.model
        self._device.setText("" if model is None else told(model.metrics.get("device", "")))

    def _shown(self) -> Job | None:
        """The oldest job worth showing."""
        return next((j for j in self._runner.active if not j.brief), None)

    def _show_jobs(self) -> None:
        job = self._shown()
        self._work.setVisible(job is not None)
        if job is not None:
            self._job.setText(job.title)
            self._bar.setValue(round(1000 * job.fraction))

    def _progressed(self, job: Job, progress: Progress) -> None:
        if job is self._shown():
            self._bar.setValue(round(1000 * progress.fraction))

    def _cancel(self) -> None:
        job = self._shown()
        if job is not None:
            job.cancel()
