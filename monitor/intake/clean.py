"""First step: a text as an eye reads it, bounded."""

from __future__ import annotations

import html
import re
import unicodedata

from monitor.intake.redact.fold import visible

TEXT_LIMIT = 20_000
TITLE_LIMIT = 300
_RAW_LIMIT = 200_000
"""Characters of a raw text that are looked at; markup takes its part of them."""
_HIDDEN = re.compile(r"<!--|<(script|style|noscript|template)\b", re.IGNORECASE)
_ENDS = {
    name: re.compile(rf"</{name}\s{{0,5}}>" if name else "-->", re.IGNORECASE)
    for name in ("", "script", "style", "noscript", "template")
}
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9-]{0,30}(?:\s[^<>]{0,2000})?/?>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[\s]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_KEEP = frozenset("，！？；：（）～“”‘’…—、。")
_COMPATIBLE = re.compile(
    "[\u2070-\u209f\u2100-\u214f\u2460-\u24ff\u3300-\u33ff\uf900-\ufaff\uff01-\uffee\U0001d400-\U0001d7ff]"
)


def clean(raw: str, limit: int = TEXT_LIMIT) -> str:
    """``raw`` without markup, entities, invisible characters, lone surrogates; white space folded; at most ``limit``.

    Full-width Latin letters and digits become plain ones (NFKC), Chinese punctuation stays Chinese. Never raises.
    """
    text = raw[:_RAW_LIMIT]
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", _shown(text)))
    if "&" in text:
        # Only whole entities: "R&D" and "&lt" without a semicolon stay as they are.
        text = _ENTITY.sub(lambda m: html.unescape(m[0]), text)
        text = _TAG.sub("", text) if "<" in text else text
    text = _SURROGATE.sub("\ufffd", visible(text.replace("\r\n", "\n").replace("\r", "\n")))
    text = _COMPATIBLE.sub(_plain, text)
    text = _LINES.sub("\n", _SPACES.sub(" ", text)).strip()
    return text[:limit].rstrip()


def clean_line(raw: str, limit: int = TITLE_LIMIT) -> str:
    """The same in one line: titles, categories, names of offices."""
    return clean(raw, _RAW_LIMIT).replace("\n", " ")[:limit].rstrip()


def _shown(text: str) -> str:
    """Without comments and the insides of scripts and styles; what is never closed stays. Linear in the length."""
    parts, at, open_for_ever = list[str](), 0, set[str]()
    while (begin := _HIDDEN.search(text, at)) is not None:
        name = (begin[1] or "").lower()
        end = None if name in open_for_ever else _ENDS[name].search(text, begin.end())
        if end is None:
            open_for_ever.add(name)
            parts.append(text[at : begin.end()])
            at = begin.end()
        else:
            parts += (text[at : begin.start()], " ")
            at = end.end()
    return "".join((*parts, text[at:]))


def _plain(match: re.Match[str]) -> str:
    char = match[0]
    return char if char in _KEEP else unicodedata.normalize("NFKC", char)
