"""Approval policies, routing, tally and separation of duties."""
