"""The full fuzz, by hand: ``make fuzz`` or ``python -m tests.fuzz``; see :mod:`tests.fuzz.__main__`."""
