"""Facts become a Brief, a Brief becomes HTML, DOCX, PDF and JSON."""

from monitor.briefs.compose import daily, make
from monitor.briefs.periods import BriefKind
from monitor.briefs.types import Brief, Figure

__all__ = ["Brief", "BriefKind", "Figure", "daily", "make"]
