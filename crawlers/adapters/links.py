"""Links as keys: two spellings of one address are one page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|spm|from|share_\w+|scene|wfr|for|jsessionid|phpsessid|sessionid|sid|_t|timestamp|fbclid|gclid)$", re.I
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.I)
_FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|pdf|docx?|xlsx?|pptx?|zip|rar|7z|mp[34]|avi|apk|exe|wps|ofd)$", re.I
)
MAX_URL = 2000


def absolute(base: str, href: str) -> str:
    """``href`` as an absolute http(s) URL without fragment, tracking and session parameters; empty if it is none."""
    try:
        url = urlsplit(urljoin(base, href.strip()))
    except ValueError:
        return ""
    if url.scheme not in ("http", "https") or not url.hostname or len(href) > MAX_URL:
        return ""
    query = url.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        kept = [(k, v) for k, v in pairs if not _TRACKING.match(k)]
        # Left exactly as it is where nothing is dropped: some sites mind the order or the escaping.
        query = query if len(kept) == len(pairs) else urlencode(kept)
    return urlunsplit((url.scheme, url.netloc.lower(), _SESSION.sub("", url.path) or "/", query, ""))


def is_file(url: str) -> bool:
    """Whether a URL names something that is no page (image, document, archive)."""
    return _FILES.search(urlsplit(url).path) is not None


def same_site(one: str, other: str) -> bool:
    """Whether two URLs are on one host, or on hosts of one registered name (news.x.gov.cn and www.x.gov.cn)."""
    a, b = urlsplit(one).hostname or "", urlsplit(other).hostname or ""
    return a == b or a.endswith("." + _root(b)) or b.endswith("." + _root(a))


def _root(host: str) -> str:
    return host.removeprefix("www.")
