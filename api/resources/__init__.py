"""One blueprint a resource under /api/v1."""

from api.resources import alerts, articles, audit_log, board, briefs, exports, sources, topics, trends

ALL = (
    briefs.resource,
    trends.resource,
    topics.resource,
    articles.resource,
    board.resource,
    alerts.resource,
    sources.resource,
    exports.resource,
    audit_log.resource,
)
