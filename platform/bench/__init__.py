"""Measurements beside the raw limits, as ratios of one run."""
