"""The engine's speed and memory in one table, every ratio taken in one run.

    python -m tests.benchmarks.bench_engine [dense scene throughput stage2 memory cuda] [--rounds N]

Times are medians of rounds in which the competitors take turns.  Two threads unless --threads says
otherwise, since the goals are set for two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from importlib import import_module

from s3fn_core.model.network.device import DEVICES, choose_device, describe_device
from tests.benchmarks.engine.table import Row, show

TITLES = {
    "dense": "Dense map against patch by patch",
    "scene": "Pixel preset: train on 20 labels per class, map a large scene",
    "throughput": "Training of the paper's network against Keras, on the CPU",
    "stage2": "Stage 2 on cached features against the frozen network in every epoch",
    "memory": "Memory",
    "cuda": "CUDA",
}


def measurement(name: str, device: str, rounds: int) -> Iterator[Row]:
    """The rows of one measurement; its module is imported only now."""
    rows: Callable[..., Iterator[Row]] = import_module(f"tests.benchmarks.engine.{name}").rows
    given: dict[str, tuple[object, ...]] = {
        "scene": (device,),
        "throughput": (rounds,),
        "memory": (),
        "cuda": (rounds,),
    }
    return rows(*given.get(name, (device, rounds)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(TITLES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=DEVICES, default="cpu", help="of dense, scene, stage2")
    given = parser.parse_args()
    unknown = set(given.names) - set(TITLES)
    if unknown:
        parser.error(f"there is no {', '.join(unknown)}; choose of {', '.join(TITLES)}")
    import torch  # after s3fn_core, which says how its threads wait

    torch.set_num_threads(given.threads)
    device = choose_device(given.device)
    print(f"PyTorch {torch.__version__}, {describe_device(device)}, medians of {given.rounds} rounds")
    for name in given.names or TITLES:
        show(TITLES[name], measurement(name, device, given.rounds))


if __name__ == "__main__":
    main()
