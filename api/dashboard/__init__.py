"""The pages: server-rendered, in Chinese, working without scripts except for charts."""

from __future__ import annotations

from flask import Flask

from api.dashboard import (
    account,
    assets,
    audit,
    board,
    brief_edit,
    briefs,
    desk,
    events,
    help,
    highlight,
    media,
    settings,
    sign_in,
    sources,
    today,
    topics,
    wall,
    words,
)

PAGES = (
    sign_in, account, today, desk, topics, events, board, media, briefs, brief_edit, sources, wall, settings, audit,
    help,
)  # fmt: skip
"""Each offers a ``blueprint``."""


def install(flask: Flask) -> None:
    """Registers pages, filters and static files."""
    words.install(flask)
    highlight.install(flask)
    assets.install(flask)
    for room in PAGES:
        flask.register_blueprint(room.blueprint)
