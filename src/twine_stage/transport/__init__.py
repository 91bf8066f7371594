"""HTTP: requests with time limits, reads that are repeated, and answers in one clear sentence."""

from twine_stage.transport.answered import Answered
from twine_stage.transport.connection import Auth, Content, Timeouts, Transport, anonymous
from twine_stage.transport.failures import explain
from twine_stage.transport.sentences import PROBLEMS, UPLOAD, clean, without_query

__all__ = [
    "PROBLEMS",
    "UPLOAD",
    "Answered",
    "Auth",
    "Content",
    "Timeouts",
    "Transport",
    "anonymous",
    "clean",
    "explain",
    "without_query",
]
