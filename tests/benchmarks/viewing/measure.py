"""What both sides measure, in processes of their own whose memory is nobody else's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

BANDS_SHOWN = np.linspace(20, 420, 100).astype(int)
SIDE = 100
"""The region whose mean is taken is that wide and high: 10,000 pixels."""
REGION = (slice(700, 700 + SIDE), slice(600, 600 + SIDE))


def positions(lines: int, samples: int) -> list[tuple[int, int]]:
    """Where a cursor passes on its way over the image, in 500 steps."""
    way = np.linspace(0, 1, 500)
    line = (0.1 + 0.8 * way) * lines
    sample = (0.5 + 0.4 * np.sin(12 * way)) * samples
    return [(int(i), int(j)) for i, j in zip(line, sample, strict=True)]


def spread(seconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile, ms."""
    median, late = np.percentile(np.array(seconds) * 1e3, (50, 95))
    return {"median": float(median), "p95": float(late)}


def resident_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not say how much memory a process has")


def in_own_process(module: str, header: Path) -> dict[str, object]:
    """What ``python -m module header`` prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, str(header)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stderr}")
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found
