"""What every part of the configuration shares: strict frozen models and the common kinds of value."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,47}$")]
Name = Annotated[str, Field(min_length=1, max_length=60)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def is_address(text: str) -> bool:
    """Whether a text can be a mail address; whether anybody reads it, only a message tells."""
    return text.count("@") == 1
