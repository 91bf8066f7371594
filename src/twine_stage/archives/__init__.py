"""All reading of archive bytes: bounded in memory and time, whatever the bytes are."""

from twine_stage.archives.scan import scan

__all__ = ["scan"]
