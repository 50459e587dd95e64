"""What was measured.

Floors, from the ground: the flat files; `formats`, `viewing` and `facts`, which do not know each
other; `spectra`; `treating`; `simulate`.
"""
