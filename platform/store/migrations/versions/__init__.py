"""One file a revision, named by its number; a published one is never changed."""
