"""The tamper-evident audit: entries, chain, export, verification, sentences.

Each module is entered by its own name, so that `verify` never loads a line of the writer.
"""
