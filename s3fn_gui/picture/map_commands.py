"""Commands of the map: what of it is shown, and how its classes are drawn."""

from __future__ import annotations

from collections.abc import Callable

from s3fn_core.languages import tr
from s3fn_gui.base.actions import Command
from s3fn_gui.picture.canvas.map_shown import has_layer, layer_shown, shown_alone
from s3fn_gui.session.conditions import Conditions
from s3fn_gui.session.map_look import MapLayer, MapLook
from s3fn_gui.session.session import Session

BEST_ONLY = tr("This map stores only the best class of every pixel")
LAYERS: dict[MapLayer, tuple[str, str]] = {
    "classes": (tr("Map of classes"), tr("Show the class of every pixel")),
    "confidence": (tr("Map of confidence"), tr("Show the confidence of every pixel's class")),
    "novelty": (tr("Map of novelty"), tr("Show which pixels are unlike everything that was labelled")),
    "second": (tr("Map of second-best classes"), tr("Show the second most likely class of every pixel")),
    "margin": (tr("Map of margins"), tr("Show how much more likely the best class is than the second-best")),
}
"""Text and tip; their keys count from Alt+1."""


def map_rows(session: Session, compare: Callable[[], None]) -> tuple[Command, ...]:
    """The rows; `compare` shows what changed from one map to another."""
    view, may = session.view, Conditions(session)

    def of_layer(layer: MapLayer) -> Command:
        text, tip = LAYERS[layer]

        def explained() -> str:
            lacks = layer in ("second", "margin") and may.map() and not has_layer(session, layer)
            return BEST_ONLY if lacks else tip

        return Command(
            f"view.map_{layer}",
            text,
            lambda _: view.show_map_layer(layer),
            lambda: has_layer(session, layer),
            keys=f"Alt+{list(LAYERS).index(layer) + 1}",
            tip=explained,
            group="map_layer",
            checked=lambda: layer_shown(session) == layer,
        )

    def can_be_alone() -> bool:
        item = session.cubes.current
        prediction = None if item is None else item.prediction
        return prediction is not None and session.class_id in prediction.classes.ids

    def show_only(on: bool) -> None:
        view.set_map_look(only=session.class_id if on else None)

    return (
        *(of_layer(layer) for layer in LAYERS),
        Command(
            "view.map_only",
            tr("Show only this class of the map"),
            show_only,
            can_be_alone,
            tip=tr("Draw only the selected class of the map (or click it in the legend)"),
            checked=lambda: session.class_id is not None and shown_alone(session) == session.class_id,
        ),
        Command(
            "view.map_outlines",
            tr("Outlines only"),
            lambda on: view.set_map_look(outlines=on),
            may.map,
            tip=tr("Draw only the edges between the classes of the map"),
            checked=lambda: view.map_look.outlines,
        ),
        Command(
            "view.map_faded",
            tr("Fade by confidence"),
            lambda on: view.set_map_look(faded=on),
            may.map,
            tip=tr("Draw pixels with higher confidence in stronger colours"),
            checked=lambda: view.map_look.faded,
        ),
        Command(
            "view.map_changes",
            tr("What changed…"),
            lambda _: compare(),
            may.map,
            keys=f"Alt+{len(LAYERS) + 1}",
            tip=tr("Compare the map with the previous one, or with that of another cube"),
            checked=lambda: layer_shown(session) == "changes",
        ),
        Command(
            "view.map_pixel",
            tr("Best classes under the cursor"),
            view.set_pixel_card,
            may.map,
            tip=tr(
                "Show the most likely classes of the pixel under the cursor, and what each ensemble "
                "member says"
            ),
            checked=lambda: view.pixel_card,
        ),
        Command(
            "view.map_settings",
            tr("Unclassified and filter…"),
            view.map_settings_asked.emit,
            may.map,
            tip=tr("Set the confidence below which pixels are unclassified, and a filter for the map"),
        ),
        Command(
            "view.map_plain",
            tr("Show the whole map as predicted"),
            lambda: view.set_map_look(**vars(MapLook())),
            lambda: view.map_look != MapLook(),
            tip=tr("Show all classes, without a filter, nothing unclassified"),
        ),
    )
