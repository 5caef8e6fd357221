"""The tamper-evident audit: entries, chain, export, verification, sentences."""

from orderloom.audit.chain import extend, genesis, link
from orderloom.audit.entry import Entry, Header, decode, encode, encode_trace
from orderloom.audit.personal import Committer, Disclosure, disclose

__all__ = [
    "Committer",
    "Disclosure",
    "Entry",
    "Header",
    "decode",
    "disclose",
    "encode",
    "encode_trace",
    "extend",
    "genesis",
    "link",
]
