"""Trusted publishing: a job of CI proves which job it is, and gets an upload token for minutes.

For any index: it is found by PEP 807, else where PyPI has it. Every token is concealed before
anything else is done with it, renewed before it ends, and burned at the end of the run.
"""

from twine_stage.trusted_publishing.beginning import begin
from twine_stage.trusted_publishing.offers import NotOffered
from twine_stage.trusted_publishing.tokens import Tokens

__all__ = ["NotOffered", "Tokens", "begin"]
