"""Ingest: what laptops send is authenticated, numbered, put on the disk, and only then accepted."""
