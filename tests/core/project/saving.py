"""A process that saves projects until it is killed; the test of crash safety starts it.

It waits for lines on its input.  Each starts a child that opens the project, changes everything in
it and saves, again and again; after every whole save or autosave the child notes the step.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np

from s3fn_core.labels.classes import ClassSet
from s3fn_core.project import Project

SHAPE = (60, 80)


def change(project: Project, step: int) -> None:
    """Everything says the same step, so that a mixture of two would show."""
    for number in (1, 2):
        ids = np.full(SHAPE, step % 250 + 1, np.uint8)
        ids[number:] = np.random.default_rng(step).integers(0, 250, (SHAPE[0] - number, SHAPE[1]))
        project.labels[f"cube-{number}"] = ids
    project.classes = ClassSet().added(f"step {step}")
    project.settings = {"step": step}


def step_of(project: Project) -> int:
    """The step that all parts of a project agree on."""
    step = int(project.settings["step"])
    expected = Project(project.folder)
    change(expected, step)
    assert project.classes == expected.classes
    assert not project.notes
    for key, ids in expected.labels.items():
        np.testing.assert_array_equal(project.labels[key], ids)
    return step


def save_for_ever(folder: Path, journal: Path) -> None:
    """Save twice, autosave once, and so on."""
    project = Project.load(folder)
    step = int(project.settings["step"])
    if project.has_autosave:
        step = max(step, int(Project.load(folder, autosaved=True).settings["step"]))
    notes = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    while True:
        step += 1
        change(project, step)
        kind = "autosaved" if step % 3 == 0 else "saved"
        (project.autosave if step % 3 == 0 else project.save)()
        os.write(notes, f"{kind} {step}\n".encode())


def main() -> None:
    folder, journal = map(Path, sys.argv[1:])
    step_of(Project.load(folder))  # whatever is imported when it is first used
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()  # far quicker than to import everything again
        if child == 0:
            save_for_ever(folder, journal)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
