"""Keeps records, cells and state: one contract, three keepings, and the spool for when the store is away."""
