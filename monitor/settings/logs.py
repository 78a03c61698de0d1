"""``[log]`` of service.toml: how much the service tells of itself, and how."""

from __future__ import annotations

from typing import Literal

from monitor.settings.base import Part


class LogSettings(Part):
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least grave events that are written."""
    style: Literal["auto", "json", "plain"] = "auto"
    """``json``: one object a line; ``plain``: for reading on a terminal; ``auto``: plain on a terminal, else json."""
