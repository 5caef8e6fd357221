"""Bundles of definitions with scenarios, each runnable and tested."""
