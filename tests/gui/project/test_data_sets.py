"""A published data set becomes an open project that can be trained on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QTableWidget

from s3fn_gui.project.data_set_dialog import DataSetAnswer, DataSetDialog, Looking
from tests.core.importers.layouts import write_deephs
from tests.gui.support import Hands


def test_fruit_are_looked_at_imported_and_trained_on(hands: Hands, tmp_path: Path) -> None:
    folder = write_deephs(tmp_path / "fruit", each=3, kinds=("Kiwi",), cameras=("VIS",))
    hands.ask.paths["data set"] = folder

    def choose(looking: Looking) -> DataSetAnswer | None:
        dialog = DataSetDialog(hands.window, looking)
        button = dialog.findChild(QPushButton, "data_set_import")
        told = dialog.findChild(QLabel, "data_set_notes")
        table = dialog.findChild(QTableWidget, "data_set_counts")
        assert not button.isEnabled()
        dialog.findChild(QPushButton, "data_set_choose").click()
        hands.until(button.isEnabled)
        assert "Missing files (1): kiwi_day_m2_01_01_front.bin." in told.text()
        assert "The official split leaks" in told.text()
        assert [table.item(0, column).text() for column in range(4)] == ["unripe", "3", "2", "5"]
        kind = dialog.findChild(QComboBox, "data_set_kind")
        kind.setCurrentIndex(kind.findData("wood"))
        kind.activated.emit(kind.currentIndex())
        assert not button.isEnabled()
        hands.until(lambda: "holds no .npy files" in told.text())
        kind.setCurrentIndex(0)
        kind.activated.emit(0)
        hands.until(button.isEnabled)
        answer = dialog.answer
        dialog.deleteLater()
        assert answer is not None
        assert answer.project == tmp_path / "fruit.s3fnproj"
        return answer

    hands.ask.import_data = choose
    hands.trigger("file.import_data_set")
    session = hands.session
    hands.until(lambda: session.project is not None)
    assert len(session.cubes.items) == 17
    assert session.classes.names == ("unripe", "perfect", "overripe")
    assert not session.dirty
    assert all(item.treatment.mask is not None and item.counts[1:].any() for item in session.cubes.items)
    assert sum(item.test is not None for item in session.cubes.items) == 3
    session.set_train_settings(replace(session.train_settings, preset="quick"))
    hands.trigger("train.start")
    hands.until(lambda: session.model is not None)
    assert session.model is not None
    objects = session.model.metrics["objects"]
    assert objects["count"] == 3
    assert objects["right"] >= 2
