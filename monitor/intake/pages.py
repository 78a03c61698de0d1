"""One page under whatever spelling of its address: what two sources read is then known to be one article."""

from __future__ import annotations

import re

from monitor.intake.identity import normalised

_AROUND = re.compile(r"^//(?:www\.|m\.)?")


def page_of(url: str) -> str:
    """What the spellings of one address have in common: no scheme, ``www.`` or ``m.``, fragment, tracking; empty for
    none.
    """
    return _AROUND.sub("", normalised(url)) if url else ""
