"""TOML, environment and secret files become one frozen Settings, checked whole."""

from monitor.settings.load import load, problems_of
from monitor.settings.types import Settings

__all__ = ["Settings", "load", "problems_of"]
