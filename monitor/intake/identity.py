"""Ids that cannot be traced back: a keyed hash of the source and the normalised key (safeguard S1)."""

from __future__ import annotations

import hmac
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.model import Fetched

_TRACKING = re.compile(r"^(?:utm_\w+|spm|from|fr|share\w*|isappinstalled|scm|wfr|_t|timestamp)$", re.IGNORECASE)
_PORTS = {"http": ":80", "https": ":443"}


def record_id(fetched: Fetched, key: bytes) -> str:
    """32 hexadecimal characters of HMAC-SHA256 over the source's id and the normalised key of the item."""
    return key_id(fetched.source, fetched.key or fetched.url, key) or _hashed(
        fetched.source, f"{fetched.title}\n{fetched.text}", key
    )


def key_id(source: str, item: str, key: bytes) -> str:
    """The id of the record of an item of which only its key is known; empty for an empty key."""
    named = normalised(item)
    return _hashed(source, named, key) if named else ""


def _hashed(source: str, named: str, key: bytes) -> str:
    told = f"{source}\x00{named}".encode("utf-8", "surrogatepass")
    return hmac.digest(key, told, "sha256").hex()[:32]


def normalised(key: str) -> str:
    """A URL without scheme, fragment, default port and tracking parameters, host in lower case; other keys trimmed."""
    trimmed = key.strip()
    if not trimmed.lower().startswith(("http://", "https://")):
        return trimmed
    try:
        parts = urlsplit(trimmed)
        host = parts.netloc.lower().rpartition("@")[2].removesuffix(_PORTS[parts.scheme.lower()])
        query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(k)]
        return urlunsplit(("", host, parts.path.rstrip("/"), urlencode(query, errors="replace"), ""))
    except (ValueError, UnicodeError):
        return trimmed
