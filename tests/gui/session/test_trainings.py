"""How many trainings a project keeps, and in which order."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from s3fn_core.project.trainings import MOST, TrainingRecord
from s3fn_gui.session.session import Session
from s3fn_gui.session.trainings import Training


def training(number: int) -> Training:
    return Training(TrainingRecord(f"t{number}", f"pixel {number}"))


def baseline(beside: int, kind: str) -> Training:
    return Training(TrainingRecord(f"{kind}{beside}", kind, baseline=kind, beside=f"t{beside}"))


def ids(session: Session) -> list[str]:
    return [one.id for one in session.trainings.items]


def test_the_oldest_goes_with_its_baselines_and_that_is_told(session: Session, qtbot: QtBot) -> None:
    trainings = session.trainings
    for number in range(MOST):
        assert trainings.next_to_go is None
        trainings.add(training(number))
    trainings.put_baselines("t0", [baseline(0, "SVM")])
    trainings.put_baselines("t1", [baseline(1, "SVM")])
    assert trainings.next_to_go is trainings["t0"]
    with qtbot.waitSignal(trainings.dropped) as told:
        trainings.add(training(MOST))
    assert told.args is not None
    assert told.args[0].id == "t0"
    assert ids(session)[:3] == ["t1", "SVM1", "t2"]
    assert ids(session)[-1] == f"t{MOST}"
    assert len(trainings.own) == MOST


def test_baselines_stand_behind_their_training_and_replace_those_of_their_kind(session: Session) -> None:
    trainings = session.trainings
    for number in range(2):
        trainings.add(training(number))
    trainings.put_baselines("t0", [baseline(0, "SVM"), baseline(0, "LDA")])
    assert ids(session) == ["t0", "SVM0", "LDA0", "t1"]
    trainings.put_baselines("t0", [Training(TrainingRecord("new", "SVM", baseline="SVM", beside="t0"))])
    assert ids(session) == ["t0", "LDA0", "new", "t1"]
    trainings.put_baselines("gone", [baseline(7, "SVM")])
    assert ids(session) == ["t0", "LDA0", "new", "t1"]


@pytest.mark.parametrize(("taken", "free"), [([], "pixel"), (["pixel"], "pixel 2"), (["pixel 2"], "pixel")])
def test_a_free_name(taken: list[str], free: str, session: Session) -> None:
    session.trainings.restore([Training(TrainingRecord(name, name)) for name in taken])
    assert session.trainings.free_name("pixel") == free


def test_another_project_has_other_trainings(session: Session) -> None:
    session.trainings.add(training(0))
    session.clear()
    assert not session.trainings.items
