"""Own publicity: outlets and reprints."""

from monitor.coverage.span import Coverage, OutletCount, Story, span

__all__ = ["Coverage", "OutletCount", "Story", "span"]
