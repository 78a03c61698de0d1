"""What intake's reasons are called in what staff read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from monitor.intake.reasons import IntakeReason

CHINESE: Mapping[str, str] = MappingProxyType(
    {
        IntakeReason.KEPT: "已收",
        IntakeReason.EMPTY: "没有内容",
        IntakeReason.NO_DATE: "没有日期",
        IntakeReason.TOO_OLD: "时间过早",
        IntakeReason.FUTURE: "时间在将来",
        IntakeReason.NOT_DISTRICT: "与本区无关",
        IntakeReason.NOT_PUBLIC_SERVICE: "不属于公共服务专题",
        IntakeReason.UNKNOWN_SOURCE: "信源未配置",
    }
)


def chinese(reason: str) -> str:
    """The Chinese name of an intake reason; the reason itself where it has none."""
    return CHINESE.get(reason, reason)
