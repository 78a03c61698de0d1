"""How a crawl takes the failures of ``monitor/ops/failures``: which are final, which will pass, which end a page."""

from __future__ import annotations

from monitor.errors import FetchRefused
from monitor.ops.failures import MESSAGES, FetchFailure

__all__ = ["LASTING", "MESSAGES", "SETTLED", "AdapterError", "FetchFailure", "Refused"]

_F = FetchFailure
SETTLED = frozenset({_F.TOO_LARGE, _F.NOT_TEXT, _F.NO_TEXT})
"""Failures of an article page that another try will not mend: the page is not asked for again."""


LASTING = SETTLED | {
    _F.NOT_FOUND,
    _F.GONE,
    _F.FORBIDDEN,
    _F.ROBOTS,
    _F.CLIENT_ERROR,
    _F.REDIRECTS,
    _F.PRIVATE_ADDRESS,
    _F.EMPTY,
}
"""Failures of an article page that will likely be the same next time; they do not make a pass incomplete."""


class Refused(FetchRefused):
    """A page that was not read, for one enumerated reason. Its text never holds the page's URL."""

    def __init__(self, failure: FetchFailure, *, retry_after: float | None = None) -> None:
        super().__init__(*MESSAGES[failure])
        self.failure = failure
        self.retry_after = retry_after


class AdapterError(Refused):
    """A page that was fetched but is not what its source says it is."""
