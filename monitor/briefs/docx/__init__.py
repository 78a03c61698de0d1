"""A Brief as a Word document in the proportions of GB/T 9704-2012."""

from monitor.briefs.docx.render import docx

__all__ = ["docx"]
