"""sources.toml ``[source.paper]``: where the issues of a digital newspaper lie and how many of them are read."""

from __future__ import annotations

from pydantic import Field

from monitor.settings.base import Part


class PaperRules(Part):
    """``issue`` is the address of an issue's first page with the day in braces, for instance
    ``https://epaper.example.com/html/{yyyy}-{mm}/{dd}/node_1.htm``; empty: found from the source's own page.
    """

    issue: str = Field("", max_length=300, pattern=r"^(https?://[^\s/]+\S*)?$")
    days: int = Field(3, ge=1, le=14)
    """Issues of so many days are looked for, today's among them: a pass that was missed is made up for."""
