"""Expressions and decisions: they decide and never act."""
