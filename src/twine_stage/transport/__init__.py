"""HTTP: requests with time limits, reads that are repeated, and answers in one clear sentence."""

from twine_stage.transport.connection import Answered, Auth, Timeouts, Transport, anonymous
from twine_stage.transport.failures import explain
from twine_stage.transport.sentences import clean

__all__ = ["Answered", "Auth", "Timeouts", "Transport", "anonymous", "clean", "explain"]
