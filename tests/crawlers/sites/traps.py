"""All hostile outlets of one web, with what each may cost and how its run may end."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

from tests.crawlers.sites import hostile as h
from tests.crawlers.sites import wire
from tests.crawlers.sites.feeds import Rss
from tests.crawlers.sites.hostile import Trap, on_items, on_list, packed, redirect, wired
from tests.crawlers.sites.outlet import Outlet, html
from tests.crawlers.sites.server import Answer, Ask, Web

_MB = 40
"""What the bombs unpack to, in megabytes."""
_GZIP, _DEFLATE, _BROTLI = _BOMBS = tuple(
    cache(partial(bomb, _MB)) for bomb in (wire.gzip_bomb, wire.deflate_bomb, wire.brotli_bomb)
)


def build(web: Web) -> list[Outlet]:
    """Opens them; the decent ``calm`` among them is what the others must not delay."""
    for bomb in _BOMBS:
        bomb()  # made now: later the server would stand still
    return [
        Rss(web, "calm", 40, 20),
        *(_trap(web, 41 + n, name, **kept) for n, (name, kept) in enumerate(_traps().items())),
    ]


def _trap(web: Web, number: int, name: str, **kept: Any) -> Trap:
    failures = frozenset(str(kept.pop("failures", "")).split())
    return Trap(web, name, number, kept.pop("count", 4), failures=failures, **kept)


def _traps() -> dict[str, dict[str, Any]]:
    return {**_slow(), **_large(), **_spaces(), **_pages(), **_manners(), **_robots(), **_indexes()}


def _slow() -> dict[str, dict[str, Any]]:
    slow = {"failures": "timeout connection", "most": 8, "count": 2}
    return {
        "trickling": {"habit": on_items(wired(wire.trickling(b"<p>" * 1000))), **slow},
        "stalled": {"habit": on_items(wired(wire.stalled())), **slow},
        "silent": {"habit": lambda trap, ask: Answer(wait_s=60), **slow},
        "headers-without-end": {"habit": on_items(wired(wire.headers_without_end())), **slow},
        "one-long-header": {"habit": on_items(wired(wire.one_long_header())), **slow},
        "continuing": {"habit": on_items(wired(wire.continuing())), **slow},
    }


def _large() -> dict[str, dict[str, Any]]:
    large = {"failures": "too_large connection timeout", "most": 8}
    return {
        "gzip-bomb": {"habit": on_items(packed(_GZIP, "gzip")), **large},
        "deflate-bomb": {"habit": on_items(packed(_DEFLATE, "deflate")), **large},
        "brotli-bomb": {"habit": on_items(packed(_BROTLI, "br")), **large},
        "bomb-in-a-bomb": {"habit": on_items(packed(_GZIP, "gzip, gzip, gzip")), **large,
                           "failures": "too_large connection timeout no_text empty not_text"},
        "ten-gigabytes": {"habit": on_items(wired(wire.endless(told=True))), **large},
        "ten-gigabytes-untold": {"habit": on_items(wired(wire.endless(told=False))), **large},
        "chunks-without-end": {"habit": on_items(wired(wire.chunks_without_end())), **large},
        "list-bomb": {"habit": on_list(packed(_GZIP, "gzip")), **large},
    }  # fmt: skip


def _spaces() -> dict[str, dict[str, Any]]:
    return {
        "calendar": {"habit": h.calendar, "most": 62, "failures": "page_limit no_text"},
        "sessions": {"habit": h.sessions, "most": 20, "harmless": True},
        "tokens": {"habit": h.tokens, "most": 6, "harmless": True},
        "hops": {"habit": on_items(h.hops), "most": 4 * 6 + 4, "failures": "redirects"},
        "to-itself": {"habit": on_items(lambda trap, ask: redirect(ask.path)), "most": 4 * 6 + 4, "failures": "redirects"},
        "cookie-wall": {"habit": on_items(h.cookie_wall), "most": 4 * 6 + 4, "failures": "redirects"},
        "to-a-file": {"habit": on_items(lambda t, a: redirect("file:///etc/passwd")), "failures": "redirects"},
        "to-a-script": {"habit": on_items(lambda t, a: redirect("javascript:alert(1)")), "failures": "redirects"},
        "sitemap-of-itself": {"habit": h.sitemap_of_itself, "path": "/sitemap.xml", "most": 62,
                              "more": {"adapter": "sitemap", "list": {"pages": 20}}},
        "huge-feed": {"habit": h.huge_feed, "path": "/rss.xml", "most": 62, "more": {"adapter": "rss"}},
    }  # fmt: skip


def _pages() -> dict[str, dict[str, Any]]:
    return {
        "login": {"habit": h.login, "most": 12, "count": 3},
        "binary": {"habit": on_items(h.binary), "failures": "not_text no_text empty", "count": 5},
        "scripts": {"habit": on_items(h.scripts), "harmless": True},
        "deep": {"habit": on_items(h.deep)},
        "charset": {"habit": on_items(h.charset), "harmless": True, "count": 5},
        "lying-length": {"habit": on_items(h.lying_length)},
        "once-cut": {"habit": on_items(h.once_cut), "failures": "connection timeout"},
        "garbage": {"habit": on_items(wired(wire.garbage())), "failures": "connection timeout"},
        "moved": {"habit": h.moved},
        "strange-links": {"habit": on_list(h.strange_links), "harmless": True},
    }


def _manners() -> dict[str, dict[str, Any]]:
    return {
        "busy": {"habit": on_items(h.busy), "harmless": True, "most": 12, "count": 2},
        "always-busy": {"habit": on_items(h.always_busy), "most": 6, "failures": "rate_limited"},
        "away": {"habit": on_items(h.away), "most": 6, "failures": "rate_limited"},
        "crawl-delay": {"robots": "User-agent: *\nCrawl-delay: 1\n", "harmless": True, "count": 3},
        "robots-changes": {"robots": "User-agent: *\nAllow: /\n", "harmless": True},
        "robots-in-parts": {
            "robots": "User-agent: *\nDisallow: /a/*.html$\nAllow: /list.html\n", "forbidden": ["/a/"], "most": 2,
            "failures": "robots",
        },
        "robots-for-us": {"robots": "User-agent: *\nAllow: /\n\nUser-agent: yuqing\nDisallow: /\n", "forbidden": ["/list", "/a/"],
                          "most": 1, "failures": "robots"},
    }  # fmt: skip


def _robots() -> dict[str, dict[str, Any]]:
    """robots.txt itself: endless, never finished, a page, somewhere else."""

    def page(trap: Trap, ask: Ask) -> Answer:
        return html("<html><head><title>首页</title></head><body><p>Disallow: /</p>欢迎</body></html>")

    unread = {"most": 2, "failures": "robots_away timeout too_large connection"}
    return {
        "robots-endless": {"about_robots": wired(wire.endless(told=False)), **unread},
        "robots-trickling": {"about_robots": wired(wire.trickling(b"#" * 1000)), **unread},
        "robots-in-a-loop": {"about_robots": lambda trap, ask: redirect("/robots.txt"), "most": 12},
        "robots-a-page": {"about_robots": page, "harmless": True},
        "robots-elsewhere": {"about_robots": lambda trap, ask: redirect("/about/robots.txt"), "harmless": True},
    }


def _indexes() -> dict[str, dict[str, Any]]:
    api = {
        "adapter": "json",
        "follow": False,
        "api": {"items": "list", "id": "id", "title": "title", "text": "text", "time": "time"},
    }
    return {
        "entities": {"habit": h.entities, "path": "/rss.xml", "more": {"adapter": "rss"}, "harmless": True},
        "endless-digits": {"habit": h.endless_digits, "path": "/api", "more": api, "count": 6},
        "deep-json": {"habit": h.deep_json, "path": "/api", "more": api, "failures": "not_json no_links bad_rule"},
    }


NAMES = {name: bool(kept.get("harmless")) for name, kept in _traps().items()}
"""Every hostile outlet, and whether what it publishes is to be collected all the same."""
