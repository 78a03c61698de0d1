"""alerts.toml: who is told of what, over which channel."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from monitor.settings.base import Identifier, Name, Part
from monitor.settings.spikes import SpikeSettings

Level = Literal[1, 2, 3, 4]
"""Ⅰ (red, gravest) to Ⅳ (blue): an internal convention."""


class Channel(Part):
    id: Identifier
    type: Literal["email", "log"]
    to: tuple[str, ...] = ()


class Route(Part):
    """Who is told: alerts of ``levels`` (empty: all) and ``topics`` (empty: all) go to ``channels``."""

    channels: tuple[Identifier, ...] = Field(min_length=1)
    levels: tuple[Level, ...] = ()
    topics: tuple[Name, ...] = ()


class AlertsSettings(Part):
    spike: SpikeSettings = SpikeSettings()
    channel: tuple[Channel, ...] = ()
    route: tuple[Route, ...] = ()
