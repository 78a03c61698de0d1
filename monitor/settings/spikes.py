"""alerts.toml ``[spike]``: what counts as unusual."""

from __future__ import annotations

from pydantic import Field

from monitor.settings.base import Part


class SpikeSettings(Part):
    minimum: int = Field(10, ge=10)
    """Fewest texts in the window for an alarm; never under 10 (S3)."""
    p_value: float = Field(1e-4, gt=0, lt=0.05)
    """Tail probability under the baseline below which a count is an alarm."""
    window_h: int = Field(3, ge=1, le=24)
    baseline_days: int = Field(28, ge=7, le=400)
    history_days: int = Field(14, ge=1, le=60)
    """Below this much history more evidence is asked for, and the alert says so."""
    recover_h: int = Field(2, ge=1, le=72)
    """Hours in a row within the band before an alert recovers."""
