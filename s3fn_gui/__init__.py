"""The desktop application, on top of s3fn_core."""

import os

# Trainings keep OpenBLAS to one thread.  Switching it is not safe while other jobs of the window
# compute, so it is read here, before NumPy loads, and never has to be switched.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
