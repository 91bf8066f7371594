"""Package indexes: one module per kind, behind the protocols of ``base``."""
