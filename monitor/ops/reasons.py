"""What intake's reasons are called in what people read, and what each means: the one wording of the service."""

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
    }
)


def chinese(reason: str) -> str:
    """The Chinese name of an intake reason; the reason itself where it has none."""
    return CHINESE.get(reason, reason)


MEANT: Mapping[str, str] = MappingProxyType(
    {
        IntakeReason.EMPTY: "网页上没有读到标题和正文",
        IntakeReason.NO_DATE: "没有发布时间，无法按期删除，所以不留",
        IntakeReason.TOO_OLD: "发布得太早，超过保留期限或收录范围",
        IntakeReason.FUTURE: "发布时间在将来，多半是网页写错",
        IntakeReason.NOT_DISTRICT: "说的不是本区的事",
        IntakeReason.NOT_PUBLIC_SERVICE: "与公共服务事项无关，按用途限制不留",
    }
)


def meant(reason: str) -> str:
    """One clause that tells why such texts are not kept; empty where there is nothing to say."""
    return MEANT.get(reason, "")
