"""``s3fn-gui --self-test`` where something is missing; ``make package`` runs the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from s3fn_core.words import transformer
from s3fn_gui import app


def test_the_self_test_fails_where_the_text_encoder_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setenv("QT_LOGGING_RULES", "")
    monkeypatch.setattr(transformer, "locate", lambda encoder: tmp_path)
    assert app.main(["--self-test"]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("  0.0 s  S3FN ")
    assert f"The self-test failed: {tmp_path / 'model.safetensors'} is missing." in told.err.replace(
        "\n", " "
    )
