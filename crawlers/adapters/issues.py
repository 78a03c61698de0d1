"""Addresses of a newspaper's issues by day."""

from __future__ import annotations

import re
from datetime import date

_DATE_IN_URL = (
    re.compile(r"(?P<y>20\d\d)(?P<a>[-/_]?)(?P<m>[01]\d)(?P<b>[-/_]?)(?P<d>[0-3]\d)(?=\D)"),
    re.compile(r"(?P<y>20\d\d)(?P<a>[-/_])(?P<m>[01]?\d)(?P<b>[-/_])(?P<d>[0-3]?\d)(?=\D)"),
)


def issue_address(pattern: str, day: date) -> str:
    """The address of a day's issue: ``{yyyy}``, ``{yy}``, ``{mm}``, ``{m}``, ``{dd}``, ``{d}`` filled in."""
    told = {
        "yyyy": f"{day:%Y}",
        "yy": f"{day:%y}",
        "mm": f"{day:%m}",
        "m": str(day.month),
        "dd": f"{day:%d}",
        "d": str(day.day),
    }
    return re.sub(r"\{(\w+)\}", lambda found: told.get(found[1], found[0]), pattern)


def of_day(url: str, day: date) -> str:
    """The address of the same page in another day's issue; empty where the address holds no day."""
    for pattern in _DATE_IN_URL:
        if match := pattern.search(url):
            padded = len(match["m"]) == 2 and len(match["d"]) == 2
            month, number = (f"{day:%m}", f"{day:%d}") if padded else (str(day.month), str(day.day))
            there = f"{day:%Y}{match['a']}{month}{match['b']}{number}"
            return url[: match.start()] + there + url[match.end() :].replace(match[0], there)
    return ""
