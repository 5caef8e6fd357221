"""The language that authors write: model, reading, checks, digests."""
