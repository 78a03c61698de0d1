"""``[public]`` of service.toml: what the public page says of the office, beside what it knows by itself."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from monitor.settings.base import Part

Line = Annotated[str, Field(max_length=300)]


class PublicSettings(Part):
    contact: Line = ""
    """Whom residents ask: name of the office, telephone, mail, address. Empty: ``crawl.contact``."""
    complaint: Line = ""
    """Where they go if the answer does not satisfy them."""
    basis: Line = ""
    """Rule or document on which the office collects public texts, in its own words."""
    answer_days: int = Field(15, ge=1, le=60)
    """Working days within which the office answers a request to see, correct or delete."""
