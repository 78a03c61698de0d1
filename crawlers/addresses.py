"""Addresses of pages: which of them name one page, which lead nowhere. Pure rules; never two pages under one name.

``cleaned`` is what is asked for, ``canonical`` what an item is known by. A page's own ``rel=canonical`` and ``og:url``
are not used for it: they are known only after the page was read, so they save no request, and templates that set them
to the home page or the section would make one article of all. Two addresses that turn out to give the same title, text
and time are told by ``shape`` instead, which needs no word of the site.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}
_ALWAYS = re.compile(
    r"^(?:utm_\w+|spm|scm|share_\w+|sharer_\w+|wxfrom|wfr|isappinstalled|mpshare|fbclid|gclid|msclkid|yclid|vd_source|"
    r"hm(?:sr|pl|cu|kw|ci)|nsukey|jsessionid|phpsessid|session_?id|aspsessionid\w*|asp\.net_sessionid|cfid|cftoken|"
    r"zenid|oscsid)$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"^(?:from|fr|for|ref|referer|share|scene)$", re.IGNORECASE)
_WORD = re.compile(r"^[A-Za-z][A-Za-z_.-]{0,40}$")
_SESSIONS = re.compile(r"^(?:sid|s|sess|session)$", re.IGNORECASE)
_TOKEN = re.compile(r"^(?=[^\d]*\d)[A-Za-z0-9_!.-]{16,}$")
_SESSION = re.compile(r"^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_!.-]{6,}$")
"""A value under the name of a session: Discuz! has six letters and digits. A number or a word alone means something."""
_MOMENTS = re.compile(r"^(?:_|_t|ts|timestamp|rnd|rand|random|nocache)$", re.IGNORECASE)
_MOMENT = re.compile(r"^(?:1\d{9}|1\d{12}|0?\.\d{6,})$")
_TOKEN_LEAST = 16
_SESSION_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid)=[^/?#;]*", re.IGNORECASE)
_COOKIELESS = re.compile(r"/\((?:[ASF]\([^()/]*\))+\)(?=/|$)")
_INDEX = re.compile(r"/(?:index|default)\.s?html?$", re.IGNORECASE)
_STATIC = re.compile(r"\.s?html?$", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_SAFE = "/:@!$&'()*+,;=~-._"
MAX_DEPTH = 25


def cleaned(url: str, ignore: tuple[str, ...] = ()) -> str:
    """An absolute URL as it is asked for: without fragment, user, session ids and tracking; else as it is written.

    ``ignore`` names further parameters of the query that mean nothing (``list.ignore`` of the source).
    """
    parts = urlsplit(url)
    path = _COOKIELESS.sub("", _SESSION_PATH.sub("", parts.path)) or "/"
    query = parts.query
    if query:
        pairs = query.split("&")
        alone = len(pairs) == 1 and not _STATIC.search(path)
        kept = [pair for pair in pairs if not _means_nothing(pair, ignore, alone=alone)]
        # Left exactly as it is where nothing is dropped: some sites mind the order or the escaping.
        query = query if len(kept) == len(pairs) else "&".join(kept)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].lower(), path, query, ""))


@lru_cache(maxsize=16_384)
def canonical(url: str, ignore: tuple[str, ...] = ()) -> str:
    """The one name of a page: ``cleaned``, with host, port, escapes, order of parameters and index page made alike.

    http and https of a host are one site, so it always begins with ``http://``: it names, it is not asked for. What is
    no http(s) URL comes back trimmed. Pages that differ in anything that can mean something keep different names.
    """
    trimmed = url.strip()
    if not trimmed.lower().startswith(("http://", "https://")):
        return trimmed
    try:
        route = urlsplit(trimmed).fragment
        parts = urlsplit(cleaned(trimmed, ignore))
        port = parts.port if parts.port not in (None, _PORTS[parts.scheme]) else None
    except ValueError:
        return trimmed
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    path = _escaped(_without_dots(parts.path))
    if not parts.query:
        path = _INDEX.sub("/", path)
    query = "&".join(sorted(dict.fromkeys(_escaped(pair, plus=True) for pair in parts.query.split("&") if pair)))
    # A route of a page that is one program names a page; any other fragment is a place on one.
    fragment = route if route.startswith(("!", "/")) else ""
    return urlunsplit(("http", host + (f":{port}" if port else ""), path.rstrip("/"), query, fragment))


def shape(url: str) -> str:
    """What two addresses of one page still share when each time another token is hung to it.

    The query of a file and the tokens of any other query are left out: alone it names no page, together with a title, a
    text and a time it does.
    """
    parts = urlsplit(canonical(url))
    if _STATIC.search(parts.path):
        return parts.path
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TOKEN.match(pair[1])]
    return f"{parts.path}?{kept}"


def endless(url: str) -> bool:
    """Whether an address looks like one of endlessly many: a folder that contains itself again and again."""
    segments = [s for s in urlsplit(url).path.split("/") if s]
    if len(segments) > MAX_DEPTH:
        return True
    for width in (1, 2, 3):
        for at in range(len(segments) - 3 * width + 1):
            part = segments[at : at + width]
            # Days have folders such as /11/11/11/.
            if not all(s.isdecimal() for s in part) and segments[at : at + 3 * width] == part * 3:
                return True
    return False


def led_home(asked: str, landed: str, index: str) -> bool:
    """Whether a page led to the site's root or to its list instead: how many sites say that a page is no more."""
    one, other = canonical(asked), canonical(landed)
    if one == other or one == canonical(index) or not urlsplit(one).path.strip("/"):
        return False
    parts = urlsplit(other)
    return other == canonical(index) or (not parts.path.strip("/") and not parts.query and not parts.fragment)


def _without_dots(path: str) -> str:
    """``.`` and ``..`` resolved (RFC 3986 5.2.4), nothing else changed."""
    segments = path.split("/")
    kept: list[str] = []
    for at, segment in enumerate(segments):
        if segment not in (".", ".."):
            kept.append(segment)
            continue
        if segment == ".." and len(kept) > 1:
            kept.pop()
        if at == len(segments) - 1:
            kept.append("")  # it named a folder
    return "/".join(kept)


def _means_nothing(pair: str, ignore: tuple[str, ...], *, alone: bool) -> bool:
    """``alone``: nothing else in the address says which page it is: only a long token is then no name of a page."""
    name, _, value = pair.partition("=")
    name = unquote(name)
    return (
        name in ignore
        or bool(_ALWAYS.match(name))
        or bool(_WORDS.match(name) and _WORD.match(value))
        or bool(_SESSIONS.match(name) and _SESSION.match(value) and (not alone or len(value) >= _TOKEN_LEAST))
        or bool(_MOMENTS.match(name) and _MOMENT.match(value))
    )


def _escaped(text: str, *, plus: bool = False) -> str:
    """With every character that has to be escaped escaped the same way.

    Escapes that mean something (a slash inside a segment) and bytes that are no UTF-8 stay: undoing them would make two
    addresses one.
    """
    given = text.replace("+", "%20") if plus else text
    try:
        plain = unquote(given, errors="strict")
    except UnicodeDecodeError:
        plain = ""
    if not plain or any(plain.count(mark) > given.count(mark) for mark in "/?#&=%+;"):
        return _ESCAPE.sub(lambda m: m.group().upper(), quote(given, safe=_SAFE + "%"))
    return quote(plain, safe=_SAFE)
