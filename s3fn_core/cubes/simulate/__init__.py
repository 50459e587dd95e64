"""Simulated laboratory scenes with known truth, for the demo, the tests and benchmarks.

Three scenes in the spirit of published data sets: fruit of three degrees of ripeness on a tray
(DeepHS-Fruit), sound and defective blueberries (HyperspectralBlueberries), heartwood and sapwood
(Hyperspectral Wood).  Every spectrum is computed from absorbers at their real wavelengths
(:mod:`absorbers`), scattering, the shape and illumination of the object (:mod:`shapes`) and a
line scanner with noise and smile (:mod:`sensor`).  They are simulations and say so: the cube's name
holds "simulated" and ``cube.simulated`` is True.
"""

from s3fn_core.cubes.simulate.labelling import partial_labels
from s3fn_core.cubes.simulate.scene import SCENES, SimulatedScene, simulate, write_scene

__all__ = ["SCENES", "SimulatedScene", "partial_labels", "simulate", "write_scene"]
