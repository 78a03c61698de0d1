"""Bytes of a page to text, whatever the page claims about its charset."""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-:]{2,30})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_\-:]{2,30})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_\-:]{2,30})", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HEAD = 4096
_TOLERATED = 0.002
"""Share of replaced characters up to which a charset still counts as the right one (a cut-off or a stray byte)."""


def decode(body: bytes, content_type: str = "") -> str:
    """The text of a page.

    Valid UTF-8 is UTF-8 whatever is declared (text in GBK is practically never valid UTF-8); then what the header and
    the page declare is tried, then GB18030 and Big5; the one with the fewest undecodable characters wins.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return text if _HAN.search(text) or text.isascii() else _chinese(body, content_type) or text
    best, least = "", 1.0
    for name in _candidates(body, content_type):
        text = body.decode(name, "replace")
        bad = text.count("\ufffd") / max(1, len(text))
        if bad <= _TOLERATED:
            return text
        if bad < least:
            best, least = text, bad
    return best


def _chinese(body: bytes, content_type: str) -> str:
    """The text of a page that calls itself GBK, if that makes it Chinese: some words in GBK (停水通知, 联通) happen to
    be well-formed UTF-8 of letters that no Chinese page has.
    """
    if not any(name.startswith("gb") for name in _candidates(body, content_type)[:1]):
        return ""
    text = body.decode("gb18030", "replace")
    return text if _HAN.search(text) and "\ufffd" not in text else ""


def _candidates(body: bytes, content_type: str) -> list[str]:
    declared = [m.group(1) for m in [_HEADER.search(content_type)] if m]
    declared += [m.group(1).decode("ascii") for p in (_XML, _META) if (m := p.search(body[:_HEAD]))]
    names = ["gb18030" if n.lower() in ("gb2312", "gbk", "gb18030", "x-gbk") else n for n in declared]
    ordered: list[str] = []
    for name in [*names, "utf-8", "gb18030", "big5"]:
        try:
            known = codecs.lookup(name).name
        except LookupError:
            continue
        # Python also knows codecs that are no charsets (hex, zip): a page may not choose those.
        if known not in ordered and codecs.lookup(name)._is_text_encoding:
            ordered.append(known)
    # Latin-1 decodes anything: it proves nothing, so it never wins over the Chinese charsets.
    return sorted(ordered, key=lambda n: n in ("iso8859-1", "cp1252", "ascii"))
