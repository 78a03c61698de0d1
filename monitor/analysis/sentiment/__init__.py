"""Sentiment engines: one file each, one row in the table below."""
