"""The spectral facts of the labelled classes: what is known of them, which action does what."""
