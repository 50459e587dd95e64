"""The recipe of a mask: a grey image, limits, tidying up, how objects are told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QWidget,
)

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.treating.mask import Step, StepKind
from s3fn_core.cubes.treating.objects import Splitting
from s3fn_core.languages import tr
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.widgets import choice_box, column, label, named, narrow, push_button, row
from s3fn_gui.masks.state import MaskState, Shade
from s3fn_gui.masks.threshold_plot import ThresholdPlot
from s3fn_gui.masks.values import COMPONENTS, Choice, FeatureKind
from s3fn_gui.session.session import Session

FEATURES: dict[FeatureKind, str] = {
    "band": tr("One band"),
    "ratio": tr("Ratio of two bands"),
    "difference": tr("Normalised difference"),
    "component": tr("Principal component"),
    "all": tr("All measured pixels"),
    "stored": tr("Component from the recipe"),
}
SHADES: dict[Shade, str] = {
    "dim": tr("Dim background"),
    "colour": tr("Tint background"),
    "none": tr("Keep background"),
}
METHODS = {"connected": tr("Connected"), "watershed": tr("Watershed"), "circles": tr("Circles")}
STEPS: dict[StepKind, tuple[str, str]] = {
    "open": (tr("Opening"), tr("Remove specks and thin parts: radius in pixels")),
    "close": (tr("Closing"), tr("Close gaps: radius in pixels")),
    "fill": (tr("Fill"), tr("Fill holes up to this many pixels")),
    "drop": (tr("Drop"), tr("Remove parts with fewer pixels")),
}
LARGEST_RADIUS, LARGEST_PART = 99, 999_999
OTSU_WIDTH = 54
NARROW = 44  # the panel is narrow, and its numbers are short


class FindPage(QWidget):
    """Every change is seen at once; nothing is made before Apply."""

    def __init__(
        self, session: Session, mask: MaskState, actions: Actions, choose: Callable[[Choice], None]
    ) -> None:
        super().__init__()
        self._session = session
        self._state = mask
        self._choose = choose
        form = QWidget()
        form.setLayout(
            column(
                self._looked_at(),
                self._threshold(),
                self._tidying(),
                self._splitting(),
                1,
                margins=4,
                spacing=5,
            )
        )
        area = QScrollArea()
        area.setWidget(form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        form.setAutoFillBackground(False)
        area.viewport().setAutoFillBackground(False)
        self.setLayout(column(area, self._foot(actions), spacing=0))
        session.cubes.current_changed.connect(self._show_cube)
        session.cubes.treatment_changed.connect(self._show_cube)
        self._state.recipe_changed.connect(self._show)
        self._state.values_changed.connect(self._show_values)
        self._show_cube()

    # --- building ------------------------------------------------------------------------------

    def _looked_at(self) -> QWidget:
        kinds = {kind: text for kind, text in FEATURES.items() if kind != "stored"}
        self._feature = choice_box("mask_feature", tr("Grey image in which objects stand out"), kinds)
        self._first = self._band_box("mask_band", tr("Band, or the number of the component"))
        self._second = self._band_box("mask_second_band", tr("The other band"))
        self._sign = label("/", "muted")
        self._feature.activated.connect(self._chosen)
        self._waves = label(role="muted", name="mask_bands")
        bands = row(self._first, self._sign, self._second, 1, spacing=4)
        page = QWidget()
        page.setLayout(column(self._feature, bands, self._waves, spacing=4))
        return page

    def _band_box(self, name: str, tip: str) -> QSpinBox:
        box = named(QSpinBox(), name, tip)
        box.setKeyboardTracking(False)
        box.setMinimum(1)
        narrow(box, NARROW)
        box.valueChanged.connect(lambda _: self._chosen())
        return box

    def _threshold(self) -> QWidget:
        self.plot = named(ThresholdPlot(), "mask_histogram", tr("Drag to set the value range of objects"))
        self.plot.limits_dragged.connect(self._state.set_limits)
        self._low = self._limit("mask_low", tr("Objects have at least this value; empty: no limit"))
        self._high = self._limit("mask_high", tr("Objects have at most this value; empty: no limit"))
        self._otsu = push_button(tr("Otsu"), "mask_otsu", self._state.propose)
        self._otsu.setFixedWidth(OTSU_WIDTH)
        self._otsu.setToolTip(tr("Set the threshold with Otsu's method"))
        self._dark = named(
            QCheckBox(tr("Objects are dark")), "mask_dark", tr("Objects are darker than the background")
        )
        self._dark.toggled.connect(self._state.set_dark)
        limits = row(self._low, label(tr("to"), "muted"), self._high, self._otsu, spacing=4)
        page = QWidget()
        page.setLayout(column(self.plot, limits, self._dark, spacing=4))
        return page

    def _limit(self, name: str, tip: str) -> QLineEdit:
        field = named(QLineEdit(), name, tip)
        field.setPlaceholderText(tr("any"))
        field.setValidator(QDoubleValidator())
        narrow(field, NARROW)
        field.editingFinished.connect(self._limited)
        return field

    def _tidying(self) -> QWidget:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        self._steps: dict[StepKind, QSpinBox] = {}
        for place, (kind, (text, tip)) in enumerate(STEPS.items()):
            box = named(QSpinBox(), f"mask_{kind}", tip)
            box.setRange(0, LARGEST_RADIUS if place < 2 else LARGEST_PART)
            box.setSpecialValueText(tr("off"))
            narrow(box, NARROW)
            box.valueChanged.connect(lambda _: self._tidied())
            self._steps[kind] = box
            line, side = place % 2, 2 * (place // 2)  # columns of words of like length
            grid.addWidget(label(text, "muted"), line, side)
            grid.addWidget(box, line, side + 1)
        page = QWidget()
        page.setLayout(grid)
        return page

    def _splitting(self) -> QWidget:
        self._method = choice_box("mask_method", tr("How touching objects are separated"), METHODS)
        self._method.activated.connect(lambda _: self._split())
        self._depth = named(
            QDoubleSpinBox(),
            "mask_depth",
            tr("How many pixels narrower the neck between touching objects is than they are (half width)"),
        )
        self._depth.setRange(0.1, 99)
        narrow(self._depth, NARROW)
        self._depth.setDecimals(1)
        self._depth.setSingleStep(0.5)
        self._radii = (
            named(QSpinBox(), "mask_smallest_radius", tr("Smallest radius in pixels")),
            named(QSpinBox(), "mask_largest_radius", tr("Largest radius in pixels")),
        )
        for box in self._radii:
            box.setRange(1, 999)
            narrow(box, NARROW)
            box.setKeyboardTracking(False)
            box.valueChanged.connect(lambda _: self._split())
        self._depth.valueChanged.connect(lambda _: self._split())
        self._smallest = named(QSpinBox(), "mask_smallest", tr("Ignore objects with fewer pixels"))
        self._smallest.setRange(1, LARGEST_PART)
        self._smallest.valueChanged.connect(lambda _: self._split())
        self._with = {"watershed": label(tr("Neck"), "muted"), "circles": label(tr("Radius"), "muted")}
        self._dash = label(tr("to"), "muted")
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(label(tr("Objects"), "muted"), 0, 0)
        grid.addWidget(self._method, 0, 1)
        for caption in self._with.values():
            grid.addWidget(caption, 1, 0)
        grid.addLayout(row(self._depth, self._radii[0], self._dash, self._radii[1], spacing=4), 1, 1)
        grid.addWidget(label(tr("At least"), "muted"), 2, 0)
        grid.addLayout(row(self._smallest, label("px", "muted"), 1, spacing=4), 2, 1)
        grid.setColumnStretch(1, 1)
        page = QWidget()
        page.setLayout(grid)
        return page

    def _foot(self, actions: Actions) -> QWidget:
        self._shade = choice_box(
            "mask_shade", tr("How the background is shown until the mask is applied"), SHADES
        )
        self._shade.activated.connect(lambda place: self._state.set_look(shade=self._shade.itemData(place)))
        apply = push_button(tr("Apply mask"), "mask_apply", actions["mask.apply"].trigger, primary=True)
        remove = push_button(tr("Remove"), "mask_remove", actions["mask.remove"].trigger)
        for button, name in ((apply, "mask.apply"), (remove, "mask.remove")):
            action = actions[name]
            button.setToolTip(action.toolTip())
            button.setEnabled(action.isEnabled())
            action.enabledChanged.connect(button.setEnabled)
        more = named(QToolButton(), "mask_more", tr("Recipes, and all open cubes"))
        more.setText("⋯")
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        menu.addActions(actions.pick("mask.apply_all", "mask.save_recipe", "mask.load_recipe", "mask.export"))
        more.setMenu(menu)
        foot = QWidget()
        above, below = row(self._shade, 1, more, spacing=4), row(apply, remove, 1, spacing=4)
        foot.setLayout(column(above, below, margins=4, spacing=5))
        return foot

    # --- what the hand does --------------------------------------------------------------------

    def _chosen(self) -> None:
        kind = self._feature.currentData()
        first, second = self._first.value() - 1, self._second.value() - 1
        if kind == "component" and self._state.choice.kind != "component":
            first = 0
        if kind in ("ratio", "difference") and self._state.choice.kind not in ("ratio", "difference"):
            first, second = self._apart()
        if kind != "stored":
            self._choose(Choice(kind, first, second if kind in ("ratio", "difference") else 0))

    def _apart(self) -> tuple[int, int]:
        """Two bands to begin with: at two and four fifths of the spectrum."""
        bands = 0 if self._session.cubes.current is None else self._session.cubes.current.cube.bands
        return 4 * bands // 5, 2 * bands // 5

    def _limited(self) -> None:
        self._state.set_limits(_number(self._low.text()), _number(self._high.text()))
        self._show()

    def _tidied(self) -> None:
        steps = ((kind, box.value()) for kind, box in self._steps.items())
        self._state.set_steps(tuple(Step(kind, size) for kind, size in steps if size))

    def _split(self) -> None:
        low, high = (float(box.value()) for box in self._radii)
        if low > high:  # the one that was just changed counts
            low = high = low if self.sender() is self._radii[0] else high
        old = self._state.recipe.splitting
        self._state.set_splitting(
            replace(
                old,
                method=self._method.currentData(),
                smallest=self._smallest.value(),
                depth=self._depth.value(),
                radii=(low, high),
            )
        )

    # --- following the state -------------------------------------------------------------------

    def _show_cube(self) -> None:
        self.setEnabled(self._session.cubes.current is not None)
        self._show()

    def _show(self) -> None:
        """The form says what the recipe is."""
        state = self._state
        blocked = [QSignalBlocker(box) for box in self._inputs()]
        self._show_feature(state.choice)
        threshold = state.recipe.threshold
        low, high = (None, None) if threshold is None else (threshold.low, threshold.high)
        for field, value in ((self._low, low), (self._high, high)):
            field.setText("" if value is None else f"{value:.5g}")
        for part in (self.plot, self._low, self._high, self._otsu, self._dark):
            part.setEnabled(threshold is not None)
        self.plot.set_limits(low, high)
        self._dark.setChecked(state.dark)
        sizes = {step.kind: step.size for step in state.recipe.steps}
        for kind, box in self._steps.items():
            box.setValue(round(sizes.get(kind, 0)))
        self._show_splitting(state.recipe.splitting)
        self._shade.setCurrentIndex(get_args(Shade).index(state.shade))
        del blocked

    def _inputs(self) -> tuple[QWidget, ...]:
        return (
            self._feature,
            self._first,
            self._second,
            self._low,
            self._high,
            self._dark,
            *self._steps.values(),
            self._method,
            self._depth,
            *self._radii,
            self._smallest,
            self._shade,
        )

    def _show_feature(self, choice: Choice) -> None:
        stored = self._feature.findData("stored")
        if choice.kind == "stored" and stored < 0:
            self._feature.addItem(FEATURES["stored"], "stored")
        elif choice.kind != "stored" and stored >= 0:
            self._feature.removeItem(stored)
        self._feature.setCurrentIndex(self._feature.findData(choice.kind))
        item = self._session.cubes.current
        two = choice.kind in ("ratio", "difference")
        bands = 1 if item is None else item.cube.bands
        self._first.setMaximum(COMPONENTS if choice.kind == "component" else bands)
        self._second.setMaximum(bands)
        self._first.setValue(choice.first + 1)
        self._second.setValue(choice.second + 1)
        self._first.setVisible(choice.kind not in ("all", "stored"))
        self._second.setVisible(two)
        self._sign.setVisible(two)
        self._sign.setText("/" if choice.kind == "ratio" else "–")
        self._waves.setText("" if item is None else _waves(item.cube, choice))
        self._waves.setVisible(bool(self._waves.text()))

    def _show_splitting(self, splitting: Splitting) -> None:
        self._method.setCurrentIndex(self._method.findData(splitting.method))
        self._depth.setValue(splitting.depth)
        for box, radius in zip(self._radii, splitting.radii, strict=True):
            box.setValue(round(radius))
        for method, parts in (("watershed", (self._depth,)), ("circles", (*self._radii, self._dash))):
            for part in (self._with[method], *parts):
                part.setVisible(splitting.method == method)
        self._smallest.setValue(splitting.smallest)

    def _show_values(self) -> None:
        values = self._state.values
        if values is None:
            self.plot.set_counts([])
        else:
            self.plot.set_counts(values.counts, values.low, values.high)


def _waves(cube: Cube, choice: Choice) -> str:
    """The wavelengths of the bands that are looked at."""
    if cube.wavelengths is None or choice.kind in ("all", "stored", "component"):
        return ""
    bands = (choice.first,) if choice.kind == "band" else (choice.first, choice.second)
    if max(bands) >= cube.bands:
        return ""
    sign = "/" if choice.kind == "ratio" else "–"
    return f" {sign} ".join(f"{cube.wavelengths[band]:.0f}" for band in bands) + " nm"


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
