"""Facts become a Brief, a Brief becomes HTML and JSON."""

from monitor.briefs.compose import daily
from monitor.briefs.types import Brief, Figure

__all__ = ["Brief", "Figure", "daily"]
