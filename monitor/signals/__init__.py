"""Cells become baselines, spikes and source health."""
