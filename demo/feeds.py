"""RSS 2.0 of the sample newspapers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from demo.items import Item
from demo.pages import PARTS, WATERMARK

ENTRIES = 150
"""Newest entries a feed carries."""


def rss(part: str, items: Sequence[Item], base: str, now: datetime) -> str:
    """The feed of a newspaper. The evening paper's entries carry the full text, the daily's only a summary."""
    full = part == "evening"
    entries = "\n".join(_entry(item, base, full) for item in items[:ENTRIES])
    built = format_datetime(max((i.changed(now) for i in items), default=now))
    name = PARTS[part].name
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{name}（示例）</title>
<link>{base}/{part}/</link>
<description>{WATERMARK}</description>
<language>zh-cn</language>
<lastBuildDate>{built}</lastBuildDate>
{entries}
</channel>
</rss>
"""


def _entry(item: Item, base: str, full: bool) -> str:
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in item.text)
    body = f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded>" if full else ""
    return (
        f"<item><title>{escape(item.title)}</title><link>{base}{item.path}</link>"
        f'<guid isPermaLink="true">{base}{item.path}</guid><pubDate>{format_datetime(item.time)}</pubDate>'
        f"<dc:creator>{item.origin or PARTS[item.part].name}</dc:creator>"
        f"<description>{escape(item.text[0])}</description>{body}</item>"
    )
