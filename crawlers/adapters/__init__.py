"""Adapters: pure functions from the bytes of a page to items and links. Adding one is a file and a row here."""

from __future__ import annotations

from importlib import import_module

from crawlers.adapters.contract import Adapter, Link, Meta, Parsed, Role

__all__ = ["ADAPTERS", "Adapter", "Link", "Meta", "Parsed", "Role", "adapter"]

ADAPTERS = {
    "rss": "crawlers.adapters.rss",
    "html": "crawlers.adapters.html",
    "json": "crawlers.adapters.jsonapi",
    "sitemap": "crawlers.adapters.sitemap",
    "frontpage": "crawlers.adapters.frontpage",
    "epaper": "crawlers.adapters.epaper",
    "forum": "crawlers.adapters.forum",
    "mastodon": "crawlers.adapters.mastodon",
}


def adapter(name: str) -> Adapter:
    """The adapter of that name in sources.toml; its libraries are loaded only now."""
    read: Adapter = import_module(ADAPTERS[name]).read
    return read
