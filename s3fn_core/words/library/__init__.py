"""A library of materials: from names and plain prose to expected spectra that a person confirms.

`bundled` is what ships with the program; `matching` proposes entries for a class; `taking` writes
the curve of a confirmed one into its description.
"""
