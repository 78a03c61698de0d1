"""Adapters: pure functions from bytes to Fetched and links, no I/O."""
