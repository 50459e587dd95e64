"""ENVI: `text` of a header < `header`, `bands`, `place` < `reading`, `library`; `writing`."""
