"""The store: one SQLite file, one writing connection with group commit, readers that only read."""
