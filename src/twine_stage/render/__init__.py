"""Faces of a report: text for a terminal or a pipe, JSON, GitHub Actions; pure, text comes out."""
