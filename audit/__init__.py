"""The tamper-evident audit: entries, chain, checkpoints, export, verification."""
