"""What the picture shows, how its values become colours, and how the map above it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QFormLayout, QScrollArea, QWidget

from s3fn_core.cubes.cube import Cube
from s3fn_core.cubes.viewing.colour import why_no_colour
from s3fn_core.cubes.viewing.composite import KINDS, Composite, proposed
from s3fn_core.cubes.viewing.picture import Picture
from s3fn_core.languages import tr
from s3fn_core.types import FloatArray
from s3fn_gui.base.colour_maps import COLOUR_MAPS, DIVERGING
from s3fn_gui.base.signals import follow
from s3fn_gui.base.timers import resting
from s3fn_gui.base.widgets import choice_box, column, label, named, plain_tip, push_button
from s3fn_gui.picture.display.channels import ChannelChooser
from s3fn_gui.picture.display.colour_bar import ColourBar
from s3fn_gui.picture.display.gamma import GammaBox
from s3fn_gui.picture.display.map_box import MapBox
from s3fn_gui.picture.display.stretch import StretchBox
from s3fn_gui.picture.flow import with_channels
from s3fn_gui.session.cube import OpenCube
from s3fn_gui.session.session import Session

LEAST_WIDTH = 176  # nothing is cut off
REST_MS = 100  # stepping through bands is not held up by a histogram of each
Sampler = Callable[[Picture, Callable[[FloatArray], None]], None]


class DisplayPanel(QScrollArea):
    """Follows the session; `sample` is that of the picture's flow.

    Nothing is done while the panel is hidden, and after a change of the picture only once that
    rests.
    """

    def __init__(self, session: Session, sample: Sampler) -> None:
        super().__init__()
        named(self, "display_panel")
        self._session = session
        self._cubes = session.cubes
        self._sample = sample
        self._counted: tuple[Cube, Composite] | None = None  # what the histogram is of
        self._last: dict[tuple[str, str], Composite] = {}
        kinds = {kind: about.label for kind, about in KINDS.items()}
        self._kind = choice_box("display_kind", tr("What the picture shows"), kinds, narrow=True)
        self._kind.activated.connect(self._choose_kind)
        self._channels = ChannelChooser()
        self._stretch = StretchBox()
        self._gamma = GammaBox()
        self._map = choice_box("display_map", tr("Colours of grey pictures"), COLOUR_MAPS, narrow=True)
        self._bar = ColourBar("display_colour_bar")
        self._centre = push_button("", "display_centre", self._choose_centre)
        self._centre.setToolTip(tr("Make the colour range symmetric"))
        self._body = QWidget()
        self.map_box = MapBox(session)
        self._build()
        self._rest = resting(self, self._follow_picture, REST_MS)
        self._connect()
        self._follow_cube()

    def _build(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(label(tr("Gamma"), "muted"), self._gamma)
        self._map_label = label(tr("Colours"), "muted")
        form.addRow(self._map_label, self._map)
        picture = (self._kind, self._channels, self._stretch, form, self._bar, self._centre)
        self._body.setLayout(column(*picture, self.map_box, 1, margins=6))
        self.setWidget(self._body)
        self.setWidgetResizable(True)
        for widget in (self._body, self.viewport()):  # the dock's own colour shows through
            widget.setAutoFillBackground(False)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def _connect(self) -> None:
        view = self._session.view
        self._channels.channels_wished.connect(self._choose_channels)
        self._channels.light_wished.connect(lambda light: self._change(illuminant=light))
        self._stretch.limits_wished.connect(self._choose_limits)
        self._stretch.cut_wished.connect(lambda cut: self._change(limits=(), cut=cut))
        self._stretch.hold_wished.connect(self._choose_hold)
        self._gamma.chosen.connect(lambda gamma: self._change(gamma=gamma))
        self._map.activated.connect(lambda: view.looks.set_colour_map(self._map.currentData()))
        self._cubes.current_changed.connect(self._follow_cube)
        self._cubes.treatment_changed.connect(self._follow_treatment)
        follow(self._follow_choice, self._cubes.composite_changed, view.mode_changed, view.looks.changed)
        view.picture_changed.connect(self._wait)

    # --- wishes --------------------------------------------------------------------------------

    def _choose_kind(self) -> None:
        item, now, view = self._cubes.current, self._cubes.wanted, self._session.view
        kind = self._kind.currentData()
        if item is None or now is None or kind == now.kind:
            return
        if kind == "band":
            self._cubes.set_composite(item.single_band(view.band, view.looks.hold))
        else:
            last = self._last.get((item.key, kind))
            if last is None or max(last.channels, default=0) >= item.cube.bands:
                last = replace(proposed(item.cube, kind), gamma=now.gamma, cut=now.cut)
            self._cubes.set_composite(last)

    def _choose_channels(self, channels: tuple[int, ...]) -> None:
        now = self._cubes.wanted
        if now is not None:
            self._cubes.set_composite(with_channels(now, channels, self._session.view.looks.hold))

    def _choose_limits(self, limits: tuple[tuple[float, float], ...]) -> None:
        now = self._cubes.wanted
        if now is not None and len(limits) == now.limit_count:
            self._cubes.set_composite(replace(now, limits=limits))

    def _choose_centre(self) -> None:
        """White is what means neither more nor less; both sides reach equally far."""
        now, limits = self._cubes.wanted, self._limits_in_use()
        if now is not None and limits:
            middle = _middle(now)
            reach = max(abs(limit - middle) for limit in limits[0])
            self._choose_limits(((middle - reach, middle + reach),))

    def _choose_hold(self, hold: bool) -> None:
        """The limits in use become those that are kept."""
        now, limits = self._cubes.wanted, self._limits_in_use()
        self._session.view.looks.set_hold(hold)
        if hold and now is not None and limits:
            self._cubes.set_composite(replace(now, limits=limits))

    def _change(self, **changes: Any) -> None:
        now = self._cubes.wanted
        if now is not None:
            self._cubes.set_composite(replace(now, **changes))

    # --- following -----------------------------------------------------------------------------

    def _follow_treatment(self) -> None:
        """The cube's values are others now: other limits, other bands may be fit."""
        item = self._cubes.current
        self._last = {key: last for key, last in self._last.items() if item is None or key[0] != item.key}
        self._follow_cube()

    def _follow_cube(self) -> None:
        item = self._cubes.current
        self._body.setEnabled(item is not None)
        if item is None:
            self._counted = None
            self._stretch.show_values(None)
        else:
            self._offer_kinds(item.cube)
        self._follow_choice()
        self._wait()

    def _offer_kinds(self, cube: Cube) -> None:
        """True colour only where there is one."""
        obstacle = why_no_colour(cube.wavelengths, cube.good_bands)
        reason = tr("No true colour: {obstacle}.", obstacle=obstacle) if obstacle else ""
        place = self._kind.findData("true")
        model = self._kind.model()
        assert isinstance(model, QStandardItemModel)
        model.item(place).setEnabled(not obstacle)
        model.item(place).setToolTip(plain_tip(reason))
        self._kind.setToolTip(plain_tip(reason or tr("What the picture shows")))

    def _follow_choice(self) -> None:
        """Show what is chosen; its picture may still be in the making."""
        item, now = self._cubes.current, self._cubes.wanted
        if item is None or now is None or not self._is_seen():
            return
        if now.kind != "band":
            self._last[item.key, now.kind] = now
        self._kind.setCurrentIndex(self._kind.findData(now.kind))
        self._channels.show_composite(now, item.cube, item.components.get(now.kind))
        self._gamma.show_gamma(now.gamma)
        looks = self._session.view.looks
        limits = self._limits_in_use()
        if limits:
            self._stretch.show_stretch(now, limits, looks.hold)
        self._show_map(now, item)

    def _show_map(self, now: Composite, item: OpenCube) -> None:
        grey = now.kind != "true" and now.limit_count == 1
        for widget in (self._map, self._map_label, self._bar):
            widget.setVisible(grey)
        name = self._session.view.looks.colour_map
        self._map.setCurrentIndex(self._map.findData(name))
        limits = self._limits_in_use()
        self._centre.setVisible(grey and name == DIVERGING and now.kind != "band")
        self._centre.setText(tr("White at {middle:g}", middle=_middle(now)))
        if grey and limits:
            self._bar.show_colours(name, limits[0], now.gamma)

    def _limits_in_use(self) -> tuple[tuple[float, float], ...]:
        """Those chosen, else those of the picture, where it shows what is wanted."""
        now, picture = self._cubes.wanted, self._session.view.picture
        if now is None:
            return ()
        if now.limits or picture is None or not picture.composite.shows_same(now):
            return now.limits
        return picture.limits

    def show_map_box(self) -> None:
        """Bring it into sight."""
        self.ensureWidgetVisible(self.map_box)

    def catch_up(self) -> None:
        """The panel may have come to light: show what was missed."""
        self._follow_choice()
        self._rest.start()

    def _is_seen(self) -> bool:
        """Behind another tab a panel counts as visible for Qt, but no part of it is."""
        return self.isVisible() and not self.visibleRegion().isEmpty()

    def _wait(self) -> None:
        if self._is_seen():
            self._rest.start()

    def _follow_picture(self) -> None:
        """The picture rests."""
        self._follow_choice()
        picture = self._session.view.picture
        if picture is None or not self._is_seen() or _is_of(picture, self._counted):
            return
        sampled = (picture.rendering.cube, picture.composite)

        def done(values: FloatArray) -> None:
            now = self._session.view.picture
            if now is not None and _is_of(now, sampled):
                self._counted = sampled
                self._stretch.show_values(values)
                self._follow_choice()

        self._sample(picture, done)


def _middle(composite: Composite) -> float:
    """The value of a pixel that is neither one nor the other."""
    return 1.0 if composite.kind == "ratio" else 0.0


def _is_of(picture: Picture, values: tuple[Cube, Composite] | None) -> bool:
    """Whether a picture shows these values, in whatever stretch."""
    if values is None:
        return False
    cube, composite = values
    return picture.rendering.cube is cube and picture.composite.shows_same(composite)
