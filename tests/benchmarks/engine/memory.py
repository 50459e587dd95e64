"""Peak memory of mapping a cube of 4 GB."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.engine.table import Row


def rows() -> Iterator[Row]:
    try:
        from tests.benchmarks.bench_memory import measure
    except ImportError as error:
        yield Row("peak memory", f"skipped: {error}")
        return
    told = measure()
    peak, allowed = told["peak_mb"], told["allowed_mb"]
    what = f"map a cube of {told['cube_gb']} GB, {told['seconds']} s"
    yield Row(what, f"{peak} MB", f"{allowed} MB", peak < allowed)
