"""The demonstration, off screen, as `make demo` runs it without a display."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import spectral
from PIL import Image


@pytest.mark.slow
def test_the_demo_leaves_a_map_and_a_screenshot(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path / "config")}
    out = tmp_path / "demo-output"
    out.mkdir()
    (out / "fruit_classes.png").touch()  # of an earlier run
    done = subprocess.run(
        [sys.executable, "-m", "s3fn_gui.shell.demo", "--out", str(out)],
        capture_output=True,
        text=True,
        timeout=600,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Agreement with the simulated truth" in done.stdout
    assert str(out / "fruit_classes.png") in done.stdout
    assert str(out / "window.png") in done.stdout
    assert spectral.envi.open(out / "fruit_classes.hdr").metadata["classes"] == "4"
    picture = Image.open(out / "window.png")
    assert picture.size == (1366, 768)
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 500
