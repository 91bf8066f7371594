"""The command line: read arguments, call one operation, show its report."""
