"""Every command of the window: one table of ids, texts, icons and shortcuts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow

from s3fn_gui.base import theme

MAX_KEYS = 9


@dataclass(frozen=True)
class Command:
    """One line of the table.  `group` makes a set of which one is checked.

    `short` is the text on buttons.
    """

    id: str
    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    group: str = ""
    short: str = ""


COMMANDS = (
    Command("file.open", "Open cube…", "open", ("Ctrl+O",), "Open a hyperspectral cube", short="Open"),
    Command("file.close_cube", "Close cube", keys=("Ctrl+W",)),
    Command(
        "cube.calibrate",
        "Calibrate to reflectance…",
        "calibrate",
        tip="Turn counts into reflectance by a white and a dark reference",
        short="Calibrate…",
    ),
    Command(
        "cube.write", "Save cube as ENVI…", tip="Write the cube as it is now: calibrated, masked, described"
    ),
    Command("file.open_project", "Open project…", "project", ("Ctrl+Shift+O",)),
    Command(
        "file.find_missing",
        "Find missing cubes…",
        tip="Tell where cubes of this project lie now",
        short="Find…",
    ),
    Command(
        "file.recover",
        "Restore unsaved work…",
        short="Restore…",
        tip="Bring back what an earlier run was autosaving when it ended without saving",
    ),
    Command("file.save", "Save project", "save", ("Ctrl+S",), "Save the project"),
    Command("file.save_as", "Save project as…", keys=("Ctrl+Shift+S",)),
    Command(
        "file.import_labels",
        "Import labels…",
        "import",
        ("Ctrl+I",),
        "Import a label map of the cube on show",
    ),
    Command(
        "file.export_labels",
        "Export labels…",
        "export",
        ("Ctrl+Shift+E",),
        "Write the labels as a map or as regions for other programs",
    ),
    Command("file.import_classes", "Load classes…"),
    Command("file.export_classes", "Save classes…"),
    Command("file.export", "Export map…", "export", ("Ctrl+E",), "Export the predicted map", short="Export"),
    Command("file.settings", "Settings…", "settings", ("Ctrl+,",)),
    Command("file.quit", "Quit", keys=("Ctrl+Q",)),
    Command("edit.undo", "Undo", "undo", ("Ctrl+Z",)),
    Command("edit.redo", "Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Command("edit.history", "History…", "history", ("Ctrl+Alt+Z",), "All steps that can be undone"),
    Command(
        "view.pan", "Pan", "pan", ("H",), "Move the image (H, or hold Space)", checkable=True, group="tool"
    ),
    Command(
        "view.inspect",
        "Inspect",
        "inspect",
        ("I",),
        "Click to keep a pixel's spectrum, drag for the mean of a region (I)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.brush", "Brush", "brush", ("B",), "Paint the selected class (B)", checkable=True, group="tool"
    ),
    Command(
        "label.eraser",
        "Eraser",
        "eraser",
        ("E",),
        "Erase labels (E, or right button)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.polygon",
        "Polygon",
        "polygon",
        ("P",),
        "Click the corners of an area (P)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.rectangle",
        "Rectangle",
        "rectangle",
        ("R",),
        "Drag a rectangle; with Shift a square (R)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.ellipse",
        "Ellipse",
        "ellipse",
        ("Shift+R",),
        "Drag an ellipse; with Shift a circle (Shift+R)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.lasso",
        "Lasso",
        "lasso",
        ("Shift+P",),
        "Draw around an area (Shift+P)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.fill",
        "Fill",
        "fill",
        ("F",),
        "Click to paint the pixels around that have a similar spectrum (F)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.grow",
        "Grow from here",
        "grow",
        ("Shift+F",),
        "Click a pixel, then see how far similar spectra reach (Shift+F)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.superpixel",
        "Superpixels",
        "superpixel",
        ("S",),
        "Click or drag over groups of similar pixels (S)",
        checkable=True,
        group="tool",
    ),
    Command(
        "label.pick",
        "Pick class",
        "pick",
        ("K",),
        "Click a label to select its class (K, or Alt and a click)",
        checkable=True,
        group="tool",
    ),
    Command("label.size_up", "Larger brush or angle", keys=("]",)),
    Command("label.size_down", "Smaller brush or angle", keys=("[",)),
    Command(
        "label.protect",
        "Protect other classes",
        "shield",
        tip="Paint only where there is no label yet",
        checkable=True,
    ),
    Command("label.swap", "Previous class", keys=("X",)),
    Command("label.add_class", "Add class", "add", ("Ctrl+Shift+N",), "Add a class"),
    Command("label.delete_class", "Delete class", "delete", tip="Delete the selected class"),
    Command("label.recolour", "Change colour…", "palette", tip="Colour of the selected class"),
    Command("label.next_region", "Next region of the class", "down", ("N",)),
    Command("label.previous_region", "Previous region of the class", "up", ("Shift+N",)),
    Command(
        "label.test_region",
        "Use region for test",
        "test",
        ("T",),
        "Keep the region under the cursor, or those selected, as a test set of your own; "
        "again: for the training (T)",
    ),
    Command(
        "label.split",
        "Region becomes a new class",
        "split",
        tip="Split the region under the cursor, or those selected, off their class",
    ),
    Command(
        "label.find_outliers",
        "Find outliers",
        "outliers",
        tip="Labelled pixels whose spectrum is far from their class",
    ),
    Command("label.next_outlier", "Next outlier", "next", ("J",), short="Next"),
    Command("label.erase_outliers", "Erase outliers", "eraser", tip="Erase the labels of all outliers found"),
    Command("label.class_up", "Move class up", "up", ("Alt+Up",)),
    Command("label.class_down", "Move class down", "down", ("Alt+Down",)),
    Command(
        "label.merge",
        "Merge classes…",
        "merge",
        tip="Merge the classes selected in the list (Ctrl+click) into the first one selected",
    ),
    Command(
        "label.split_drawn",
        "Split off drawn pixels",
        checkable=True,
        tip="What is painted next, as far as it is of the selected class, becomes a new one",
    ),
    Command("label.hide", "Hide class", tip="Do not draw the labels of the class", checkable=True),
    Command(
        "label.lock",
        "Lock class",
        tip="Nothing paints over the labels of the class or erases them",
        checkable=True,
    ),
    Command("label.show_all", "Show all classes", "eye"),
    Command("label.clear", "Erase all labels", tip="Erase every label of the cube on show"),
    Command("mask.apply", "Apply mask", tip="Make the mask of the whole cube: background is 0"),
    Command("mask.remove", "Remove mask", tip="Show and use the background again"),
    Command("mask.apply_all", "Apply mask to all open cubes"),
    Command("mask.save_recipe", "Save recipe of the mask…"),
    Command("mask.load_recipe", "Load recipe of a mask…"),
    Command("mask.export", "Export objects…", "export", tip="Write a map of the objects' numbers"),
    Command(
        "mask.object",
        "Select object",
        "object",
        ("Q",),
        "Click an object to select it (Q)",
        checkable=True,
        group="tool",
    ),
    Command(
        "mask.add",
        "Add to mask",
        "mask-add",
        ("Shift+B",),
        "Paint pixels that belong to objects (Shift+B)",
        checkable=True,
        group="tool",
    ),
    Command(
        "mask.cut",
        "Cut from mask",
        "mask-cut",
        ("Shift+E",),
        "Paint pixels that are background (Shift+E)",
        checkable=True,
        group="tool",
    ),
    Command(
        "mask.label_object",
        "Label selected object",
        "labels",
        ("A",),
        "Give the selected object the current class (A)",
    ),
    Command(
        "view.labels", "Show labels", "labels", ("L",), "Show the labels (L)", checkable=True, short="Labels"
    ),
    Command(
        "view.prediction",
        "Show prediction",
        "prediction",
        ("O",),
        "Show the predicted map (O)",
        checkable=True,
        short="Map",
    ),
    Command("view.colour", "Colour composite", keys=("C",), checkable=True, group="mode", short="Colour"),
    Command("view.band", "Single band", keys=("G",), checkable=True, group="mode", short="Band"),
    Command("view.next_band", "Next band", keys=("Ctrl+Right",)),
    Command("view.previous_band", "Previous band", keys=("Ctrl+Left",)),
    Command("view.fit", "Fit image to window", "fit", ("0",), "Show the whole image (0)"),
    Command("view.zoom_in", "Zoom in", keys=("Ctrl++", "Ctrl+=")),
    Command("view.zoom_out", "Zoom out", keys=("Ctrl+-",)),
    Command("view.zoom_pixels", "One image pixel per screen pixel", keys=("Ctrl+1",)),
    Command(
        "view.compare",
        "Compare with this picture",
        "compare",
        ("W",),
        "Keep this picture left of a handle, to compare others with it (W)",
        checkable=True,
    ),
    Command(
        "view.compare_map",
        "Prediction right of the handle only",
        tip="While comparing, draw the predicted map on one side only",
        checkable=True,
    ),
    Command(
        "view.scale_bar", "Scale bar", tip="Show lengths on the ground, where they are known", checkable=True
    ),
    Command("view.layout", "Image layout…", tip="Which array of the file, and how it is an image"),
    Command(
        "cube.metadata",
        "Edit metadata…",
        short="Edit…",
        tip="Wavelengths, bad bands, no-data value and scale factor of the cube on show",
    ),
    Command("cube.copy_information", "Copy information", tip="Everything known of the cube on show, as text"),
    Command("view.reset_docks", "Reset window layout"),
    Command(
        "spectra.copy",
        "Copy spectra",
        "copy",
        ("Ctrl+Shift+C",),
        "Copy the kept spectra as a table of reflectance",
    ),
    Command(
        "spectra.save",
        "Save spectra…",
        "save",
        tip="Save the kept spectra as CSV or ENVI spectral library, always as reflectance",
    ),
    Command(
        "spectra.load",
        "Load spectral library…",
        "import",
        tip="Show spectra of a library (CSV or ENVI) among the others",
    ),
    Command("spectra.keep_means", "Keep class means", tip="Keep what the classes of this cube look like now"),
    Command(
        "spectra.clear",
        "Remove all kept spectra",
        "delete",
        tip="Remove all kept spectra, of every cube and library",
    ),
    Command("view.clear_pins", "Remove pins of this cube"),
    Command(
        "words.generate",
        "Generate description",
        "generate",
        ("Ctrl+G",),
        "Let a language model describe the class",
    ),
    Command(
        "words.generate_all",
        "Describe all classes",
        "generate-all",
        ("Ctrl+Shift+G",),
        "Let a language model describe all classes; locked paragraphs stay",
    ),
    Command(
        "words.preview",
        "Show what is sent…",
        tip="The requests that a language model gets about each class, word for word",
    ),
    Command("words.prompts", "Prompts…", "prompt", tip="What a language model is asked about each class"),
    Command(
        "words.model_settings",
        "Language model…",
        "settings",
        tip="Which language model writes descriptions, its key, and how it is asked",
    ),
    Command(
        "words.measure",
        "Describe from measurement",
        "ruler",
        tip="Describe the selected class from its labelled pixels; locked paragraphs stay",
    ),
    Command(
        "words.measure_all",
        "Describe all classes from measurement",
        "measure-all",
        tip="Describe every labelled class from its pixels; locked paragraphs stay",
    ),
    Command(
        "facts.copy",
        "Copy spectral facts",
        "copy",
        tip="Copy what is measured of the selected class as a table",
    ),
    Command(
        "facts.save",
        "Save spectral facts…",
        "save",
        tip="Save what is measured of all classes as a table (CSV)",
    ),
    Command("words.cancel", "Stop generating", "stop"),
    Command(
        "words.history",
        "Earlier descriptions…",
        "history",
        tip="Earlier versions of this description: what has changed, and the way back",
    ),
    Command(
        "words.map",
        "Map from the words alone",
        "prediction",
        tip="Guess a map of this cube from what the descriptions expect, without any label",
    ),
    Command(
        "rescore.show",
        "Show the edited words",
        "apply",
        tip="Let the map follow the descriptions as they are now",
        short="Show",
    ),
    Command(
        "rescore.compare",
        "Before and after the edit",
        "compare",
        checkable=True,
        tip="Draw the map of the trained words left of a handle",
        short="Before/after",
    ),
    Command(
        "rescore.retrain",
        "Retrain with these words",
        "train",
        short="Retrain",
        tip="Learn the edited descriptions in seconds: the network stays, the link to the "
        "texts is trained anew on the labels",
    ),
    Command(
        "rescore.back",
        "Back to the trained words",
        "undo",
        short="Back",
        tip="Restore the descriptions of the training and its map",
    ),
    Command(
        "words.probe",
        "Probe a phrase",
        tip="Compare the phrase under Probe with what the model sees at every pixel",
    ),
    Command("train.start", "Train", "train", ("Ctrl+R",), "Train on the labels, then map the cube"),
    Command("train.stop", "Cancel training", "stop", tip="Stop the training"),
    Command("train.predict", "Apply model to this cube", "apply", ("Ctrl+P",)),
    Command(
        "model.controls",
        "Does the text matter?",
        tip="Measure what the descriptions bring, against other words in their place",
        short="Figures",
    ),
    Command("model.open", "Open model…"),
    Command("model.save", "Save model…"),
    Command("help.shortcuts", "Keyboard and mouse", "help", ("F1", "?")),
    Command("help.log", "Open the log's folder"),
    Command("help.about", "About S3FN"),
)


class Actions:
    """The window's QActions by id; each one's objectName is its id."""

    def __init__(self, window: QMainWindow) -> None:
        self._actions: dict[str, QAction] = {}
        groups: dict[str, QActionGroup] = {}
        for command in COMMANDS:
            action = QAction(command.text, window)
            action.setObjectName(command.id)
            action.setCheckable(command.checkable)
            action.setShortcuts([QKeySequence(k) for k in command.keys])
            action.setToolTip(_tip(command))
            if command.short:
                action.setIconText(command.short)
            if command.icon:
                theme.set_icon(action, command.icon)
            if command.group:
                group = groups.setdefault(command.group, QActionGroup(window))
                group.addAction(action)
            window.addAction(action)  # shortcuts work though the action is in no menu
            self._actions[command.id] = action
        for key in range(1, MAX_KEYS + 1):
            action = QAction(f"Class {key}", window)
            action.setObjectName(f"label.class_{key}")
            action.setShortcut(QKeySequence(str(key)))
            window.addAction(action)
            self._actions[action.objectName()] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __contains__(self, name: object) -> bool:
        return name in self._actions

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._actions.values())

    def pick(self, *names: str) -> list[QAction]:
        """Several actions in the order of `names`."""
        return [self._actions[name] for name in names]

    def enable(self, enabled: bool, *names: str) -> None:
        for name in names:
            self._actions[name].setEnabled(enabled)


def _tip(command: Command) -> str:
    tip = command.tip or command.text.rstrip("…")
    if not command.keys or f"({command.keys[0]}" in tip:
        return tip
    keys = QKeySequence(command.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{tip} ({keys})"
