"""HTTP: requests with time limits, reads that are repeated, and answers in one clear sentence."""

from twine_stage.transport.answered import Answered
from twine_stage.transport.connection import Auth, Timeouts, Transport, anonymous
from twine_stage.transport.failures import explain
from twine_stage.transport.sentences import clean, without_query

__all__ = [
    "Answered",
    "Auth",
    "Timeouts",
    "Transport",
    "anonymous",
    "clean",
    "explain",
    "without_query",
]
