"""Who wrote it, planted wherever a page can say so, and the search for it in everything that a service wrote.

Each place gets a name of its own that begins with characters found nowhere else, so that one search per encoding
finds any of them, and a hit tells the place that leaked.
"""

from __future__ import annotations

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

SIGN = "犇骉羴"
LATIN = "zqxvkj"
_LETTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
_PLACES: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Author:
    """A name, and the same person's handle in addresses."""

    name: str
    handle: str


def who(place: str) -> Author:
    """The author planted at a place: always the same for the same place."""
    n = _PLACES.setdefault(place, len(_PLACES))
    return Author(f"{SIGN}{_LETTERS[n // 20 % 20]}{_LETTERS[n % 20]}", f"{LATIN}{n:04d}")


def head(place: str, published: str = "") -> str:
    """The head of a page: meta, links, JSON-LD, a comment."""
    meta, ld, note = who(f"{place}: meta"), who(f"{place}: JSON-LD"), who(f"{place}: comment in the source")
    day = f',"datePublished":"{published}"' if published else ""
    return (
        f'<meta name="author" content="{meta.name}"><meta property="article:author" content="/u/{meta.handle}">'
        f'<meta name="twitter:creator" content="@{meta.handle}"><link rel="author" href="/u/{meta.handle}">'
        f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{{"@type":"Person","name":"{ld.name}",'
        f'"url":"/u/{ld.handle}","image":"/face/{ld.handle}.png"}},"editor":"{ld.name}"{day}}}</script>'
        f"<!-- author {note.name} {note.handle} -->"
    )


def byline(place: str) -> str:
    """The lines with which Chinese media sign a report."""
    one = who(f"{place}: byline").name
    return f"<p>作者：{one}</p><p>（记者 {one} 通讯员 {one}）</p><p>责任编辑：{one}</p><p>文/{one} 图/{one}</p>"


def card(place: str) -> str:
    """The box beside a text: picture, profile, place of the person, and comments below."""
    avatar, profile, comment = (who(f"{place}: {part}") for part in ("avatar", "profile", "comments"))
    return (
        f'<div class="author-card" data-uid="{profile.handle}"><img alt="{avatar.name}" '
        f'src="/avatar/{avatar.handle}.png"><a href="/u/{profile.handle}" title="{profile.name}">{profile.name}</a>'
        f'<span class="ip">IP属地：{profile.name}</span></div><div class="comments"><div class="comment" '
        f'data-user="{comment.handle}"><b>{comment.name}</b><p>写得很详细，感谢工作人员。</p></div></div>'
    )


def headers(place: str) -> dict[str, str]:
    """Headers in which a site may say who is meant, cookies among them."""
    one = who(f"{place}: headers")
    return {
        "ETag": f'"{one.handle}"', "X-Author": one.handle, "Set-Cookie": f"user={one.handle}; path=/",
        "Link": f'</u/{one.handle}>; rel="author"', "Content-Disposition": f'inline; filename="{one.handle}.html"',
    }  # fmt: skip


def feed_fields(place: str) -> str:
    """The fields of an RSS entry that say who."""
    one, other = who(f"{place}: author"), who(f"{place}: dc:creator")
    return (
        f"<author>{one.handle}@x.example ({one.name})</author>"
        f'<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">{other.name}</dc:creator>'
        f'<dc:contributor xmlns:dc="http://purl.org/dc/elements/1.1/">{other.name}</dc:contributor>'
        f'<media:credit xmlns:media="http://search.yahoo.com/mrss/" role="author">{other.name}</media:credit>'
        f'<itunes:author xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">{other.name}</itunes:author>'
    )


def planted() -> int:
    """At how many places somebody has been planted."""
    return len(_PLACES)


# The search.


def hits(files: Mapping[str, bytes]) -> list[str]:
    """``file: encoding: place`` of every author found; archives and compressed streams are looked into."""
    found = []
    for name, data in _opened(files):
        for code, marker in _markers():
            at = data.find(marker)
            if at >= 0:
                found.append(f"{name}: {code}: {_place(data[at : at + 200])}")
    return found


def _markers() -> Iterator[tuple[str, bytes]]:
    for text in (SIGN, LATIN):
        for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
            # Two characters of the name: a search index keeps pairs.
            yield code, (text[:2] if text == SIGN else text).encode(code)
        for code in ("utf-8", "gb18030"):
            raw = text.encode(code)
            if text == SIGN:
                yield f"percent {code}", quote(raw).encode()
                yield f"percent {code}, lower case", quote(raw).lower().encode()
            yield f"hex {code}", raw.hex().encode()
            for shift in range(3):
                # Of what stands before and after only whole characters of base64 are certain.
                whole = base64.b64encode(b"\0" * shift + raw)
                sure = whole[-(-8 * shift // 6) : (8 * (shift + len(raw))) // 6]
                yield f"base64 {code}", sure
                yield f"base64url {code}", sure.replace(b"+", b"-").replace(b"/", b"_")
    yield "escaped", "".join(f"\\u{ord(c):04x}" for c in SIGN).encode()
    yield "entities", "".join(f"&#{ord(c)};" for c in SIGN).encode()
    yield "handle in capitals", LATIN.upper().encode()


def _place(data: bytes) -> str:
    for place, n in _PLACES.items():
        one = who(place)
        if f"{LATIN}{n:04d}".encode() in data or any(one.name.encode(c) in data for c in ("utf-8", "gb18030")):
            return place
    return "?"


def _opened(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, data in files.items():
        yield name, data
        if data[:2] == b"\x1f\x8b":
            yield f"{name} (gunzipped)", gzip.decompress(data)
        elif data[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from ((f"{name}/{part}", archive.read(part)) for part in archive.namelist())
        elif data[:5] == b"%PDF-":
            yield (
                f"{name} (streams)",
                b"".join(_inflated(m) for m in re.findall(rb"stream\r?\n(.*?)endstream", data, re.S)),
            )


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""
