"""Projects: what a user works on, kept in a folder NAME.s3fnproj."""

from s3fn_core.project.entry import CubeEntry, Scene
from s3fn_core.project.project import SUFFIX, Project

__all__ = ["SUFFIX", "CubeEntry", "Project", "Scene"]
