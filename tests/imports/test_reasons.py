"""Every reason of intake has a Chinese name."""

from __future__ import annotations

from monitor.intake.reasons import IntakeReason
from monitor.ops.reasons import CHINESE


def test_every_reason_of_intake_has_a_chinese_name() -> None:
    assert set(CHINESE) == set(IntakeReason)
