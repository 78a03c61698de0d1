"""Own publicity (对外宣传): who carried the district's releases, outlets by level, front pages, reprints."""

from monitor.coverage.span import month, reprints_of, span
from monitor.coverage.types import AccountCount, Coverage, CoverageDay, Front, LevelCount, OutletCount, Story

__all__ = [
    "AccountCount",
    "Coverage",
    "CoverageDay",
    "Front",
    "LevelCount",
    "OutletCount",
    "Story",
    "month",
    "reprints_of",
    "span",
]
