"""The menu bar: which command is in which menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtWidgets import QMainWindow, QMenu

from s3fn_core.languages import tr
from s3fn_core.quoting import unmarked
from s3fn_gui.base.actions import Actions
from s3fn_gui.base.settings import Settings
from s3fn_gui.shell.docks import Docks

LINE = "-"
TITLES = {
    "file": tr("&File"),
    "edit": tr("&Edit"),
    "cube": tr("&Cube"),
    "labels": tr("&Labels"),
    "regions": tr("&Regions"),
    "spectra": tr("&Spectra"),
    "words": tr("&Words"),
    "model": tr("&Model"),
    "view": tr("&View"),
    "window": tr("Wi&ndow"),
    "help": tr("&Help"),
}
"""Of the menus; "&" stands before the letter that opens one with Alt."""
MENUS = {
    "file": """
        file.open recent file.new_project file.open_project file.import_data_set
            file.find_missing file.recover -
        file.save file.save_as file.close_project -
        file.import_labels file.export_labels file.import_classes file.export_classes -
        file.export file.open_export_folder file.report file.open_report -
        file.settings file.quit
    """,
    "edit": """
        edit.undo edit.redo -
        edit.history
    """,
    "cube": """
        cube.metadata cube.copy_information -
        cube.reflectance cube.other_values -
        view.layout -
        cube.calibrate -
        mask.apply mask.of_model mask.remove mask.apply_all mask.object mask.label_by_click
            mask.add mask.cut mask.export mask.save_recipe mask.load_recipe -
        cube.write file.close_cube
    """,
    "labels": """
        label.add_class label.recolour label.delete_class label.merge label.split_drawn
            label.class_up label.class_down label.hide label.lock label.show_all label.swap -
        label.brush label.eraser label.polygon label.lasso label.rectangle label.ellipse
            label.fill label.grow label.superpixel label.pick -
        label.next_place -
        label.size_up label.size_down label.protect mask.label_object objects.erase -
        label.clear
    """,
    "regions": """
        label.next_region label.previous_region -
        label.test_region label.split -
        label.find_outliers label.next_outlier label.erase_outliers
    """,
    "spectra": """
        spectra.keep_means spectra.identify spectra.own -
        spectra.copy spectra.save spectra.load spectra.load_folder -
        facts.copy facts.save -
        view.clear_pins spectra.clear
    """,
    "words": """
        words.generate words.generate_all words.cancel -
        words.measure words.measure_all -
        words.library words.library_all -
        words.history -
        words.map words.probe -
        rescore.show rescore.compare rescore.retrain rescore.back -
        words.preview words.prompts words.model_settings
    """,
    "model": """
        train.start train.stop train.predict model.folder -
        model.live -
        model.controls -
        models.show models.compare models.baselines models.stop models.delete -
        objects.classify objects.rule objects.same objects.label objects.export -
        validate.draw validate.label validate.open validate.save validate.reference
            validate.copy validate.export -
        model.open model.save
    """,
    "view": """
        view.pan view.inspect -
        view.fit view.zoom_in view.zoom_out view.zoom_pixels -
        view.colour view.band view.next_band view.previous_band -
        view.compare view.compare_map -
        view.labels view.prediction view.scale_bar -
        view.map_classes view.map_confidence view.map_novelty view.map_second view.map_margin
            view.label_errors -
        view.map_only view.map_outlines view.map_faded view.map_changes view.map_pixel
            view.map_settings view.map_plain
    """,
    "window": """
        workspace.look workspace.label workspace.describe workspace.train workspace.judge
            workspace.objects -
        view.reset_docks docks
    """,
    "help": """
        help.documentation help.shortcuts -
        help.report_problem help.log -
        help.tour start.fruit start.blueberries start.wood -
        help.about
    """,
}


def build_menus(
    window: QMainWindow,
    actions: Actions,
    docks: Docks,
    settings: Settings,
    open_any: Callable[[Iterable[Path]], None],
) -> None:
    """Fill the menu bar."""
    recent = QMenu(tr("Open recent"), window)
    recent.aboutToShow.connect(lambda: _fill_recent(recent, settings, open_any))
    shown = QMenu(tr("Panels"), window)
    shown.aboutToShow.connect(lambda: _fill_panels(shown, docks))
    parts = {"recent": recent, "docks": shown}
    window.menuBar().clear()
    for menu_name, names in MENUS.items():
        menu = window.menuBar().addMenu(TITLES[menu_name])
        for name in names.split():
            if name == LINE:
                menu.addSeparator()
            elif name in parts:
                menu.addMenu(parts[name])
            else:
                menu.addAction(actions[name])


def _fill_panels(menu: QMenu, docks: Docks) -> None:
    """Those in front are checked: one that lies behind a tab is not seen either."""
    menu.clear()
    for dock in docks.docks.values():
        action = menu.addAction(dock.windowTitle())
        action.setCheckable(True)
        action.setChecked(dock.in_front)
        action.triggered.connect(dock.raise_ if not dock.in_front else dock.close)


def _fill_recent(menu: QMenu, settings: Settings, open_any: Callable[[Iterable[Path]], None]) -> None:
    menu.clear()
    for name in settings.recent:
        action = menu.addAction(unmarked(name).replace("&", "&&"))
        action.triggered.connect(lambda _=False, path=Path(name): open_any([path]))
    if menu.isEmpty():
        menu.addAction(tr("Nothing yet")).setEnabled(False)
