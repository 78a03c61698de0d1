"""Metrics, log, audit, retention."""
