"""Projects: what a user works on, kept in a folder NAME.s3fnproj."""

from s3fn_core.project.content import SUFFIX
from s3fn_core.project.entry import CubeEntry, Scene, key_of
from s3fn_core.project.project import Project

__all__ = ["SUFFIX", "CubeEntry", "Project", "Scene", "key_of"]
