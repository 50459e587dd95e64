"""What every room uses and no room owns: widgets, jobs, settings, commands."""
