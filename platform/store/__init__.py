"""Tables, transactions and read queries; the only home of SQL."""

from orderloom.platform.store.faults import StoreError, Unknown
from orderloom.platform.store.store import Store, open_store

__all__ = ["Store", "StoreError", "Unknown", "open_store"]
