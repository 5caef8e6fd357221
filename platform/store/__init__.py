"""Tables, transactions and read queries; the only home of SQL."""

from orderloom.platform.store.faults import StoreError
from orderloom.platform.store.store import Store, open_store

__all__ = ["Store", "StoreError", "open_store"]
