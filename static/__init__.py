"""Style sheet, scripts and the list of pinned assets, read as package data."""
