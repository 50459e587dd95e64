"""For scripts and notebooks: :func:`fit`, and what it gives.

A :class:`~s3fn_core.scripting.model.Model` predicts, and each map is a
:class:`~s3fn_core.scripting.result.Result`.  They are thin: what they call are the operations that
the window and the command line run, and ``model.core``, ``result.prediction`` are their values.
"""
