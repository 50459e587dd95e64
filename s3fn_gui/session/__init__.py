"""What the user sets off: each flow leads from an action through a job into the session."""
