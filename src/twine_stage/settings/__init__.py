"""Settings: which index is meant and how to reach it, from all the places where that stands."""

from twine_stage.settings.loading import Flags, load_index
from twine_stage.settings.project import ProjectSettings, load_project
from twine_stage.settings.project_indexes import ProjectIndex
from twine_stage.settings.values import Given, IndexSettings, Secret

__all__ = [
    "Flags",
    "Given",
    "IndexSettings",
    "ProjectIndex",
    "ProjectSettings",
    "Secret",
    "load_index",
    "load_project",
]
