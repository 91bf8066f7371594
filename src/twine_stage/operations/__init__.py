"""The verbs: each takes values and a store, returns a frozen report, and prints nothing."""
