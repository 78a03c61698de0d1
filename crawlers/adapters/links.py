"""Links as keys: two spellings of one address are one page."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

from crawlers.addresses import cleaned

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
    return cleaned(urlunsplit(url))


def is_file(url: str) -> bool:
    """Whether a URL names something that is no page (image, document, archive)."""
    return _FILES.search(urlsplit(url).path) is not None


def same_site(one: str, other: str) -> bool:
    """Whether two URLs are on one host, or on hosts of one registered name (news.x.gov.cn and www.x.gov.cn)."""
    a, b = urlsplit(one).hostname or "", urlsplit(other).hostname or ""
    return a == b or a.endswith("." + _root(b)) or b.endswith("." + _root(a))


def _root(host: str) -> str:
    return host.removeprefix("www.")
