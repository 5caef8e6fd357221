"""Use cases: the only layer that joins engine, store and audit."""
