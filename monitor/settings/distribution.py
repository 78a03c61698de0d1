"""brief.toml ``review``, ``editors`` and ``[[distribution]]``: who sees a brief before it goes out, and who gets it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from monitor.settings.base import Name, Part, is_address

if TYPE_CHECKING:
    from monitor.settings.types import Settings

ReviewRule = Literal["none", "one", "two-persons"]
KindName = Literal["daily", "weekly", "monthly", "topic", "watch"]
FormatName = Literal["html", "docx", "pdf"]
Address = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^\s<>,;\"()]+$")]


class Distribution(Part):
    """One line of the distribution list: an office or a person and the mail addresses that get each brief."""

    name: Name
    to: tuple[Address, ...] = Field(min_length=1, max_length=50)
    kinds: tuple[KindName, ...] = ("daily", "weekly", "monthly", "topic", "watch")
    formats: tuple[FormatName, ...] = ("docx",)
    """Attached files; none: only the link to the brief."""


def distribution_problems(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(file, key, text) of what the desk could not do."""
    brief, smtp = settings.brief, settings.service.smtp
    for name, n in Counter(d.name for d in brief.distribution).items():
        if n > 1:
            yield "brief", f"distribution.{name}", "名称重复；每个收件单位写一项"
    for line in brief.distribution:
        for address in line.to:
            if not is_address(address):
                yield "brief", f"distribution.{line.name}.to", f"“{address}”不是邮箱地址"
    for address in brief.editors:
        if not is_address(address):
            yield "brief", "editors", f"“{address}”不是邮箱地址"
    if (brief.distribution or brief.editors) and not (smtp.host and smtp.sender):
        yield "brief", "distribution", "要用邮件分送专报，但 service.toml 没有写 smtp.host 和 smtp.sender"
    if brief.review != "none" and not brief.editors:
        yield "brief", "editors", "启用审核（review）后须写明编辑的邮箱，稿子编好时才有人知道"
