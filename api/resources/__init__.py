"""One blueprint a resource under /api/v1."""

from api.resources import (
    alerts,
    articles,
    audit_log,
    board,
    brief_desk,
    briefs,
    coverage,
    events,
    exports,
    outlook,
    overview,
    sources,
    topics,
    totals,
    trends,
    users,
)

ALL = (
    overview.resource,
    briefs.resource,
    brief_desk.resource,
    trends.resource,
    totals.resource,
    outlook.resource,
    topics.resource,
    events.resource,
    articles.resource,
    coverage.resource,
    board.resource,
    alerts.resource,
    sources.resource,
    exports.resource,
    audit_log.resource,
    users.resource,
)
