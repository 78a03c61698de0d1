"""One blueprint a resource under /api/v1."""

from api.resources import (
    alerts,
    articles,
    audit_log,
    board,
    briefs,
    events,
    exports,
    outlook,
    sources,
    topics,
    totals,
    trends,
)

ALL = (
    briefs.resource,
    trends.resource,
    totals.resource,
    outlook.resource,
    topics.resource,
    events.resource,
    articles.resource,
    board.resource,
    alerts.resource,
    sources.resource,
    exports.resource,
    audit_log.resource,
)
