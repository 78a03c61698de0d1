"""From a Fetched to a Record: pure steps, each with a value and a reason."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.intake.pipeline import Intake
from monitor.intake.reasons import IntakeReason
from monitor.model import AnyRecord
from monitor.settings import Settings

__all__ = ["Intake", "IntakeReason", "build"]


def build(settings: Settings, key: bytes, earlier: Iterable[AnyRecord] = ()) -> Intake:
    """An intake for this configuration. ``key`` makes the ids; ``earlier`` are records kept before."""
    intake = Intake(settings, key)
    intake.remember(earlier)
    return intake
