"""The written material: sentences with slots, one TOML file a matter (demo/texts/)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "texts"


@dataclass(frozen=True, slots=True)
class Matter:
    """A public-service matter as residents write about it, and what its department answers.

    ``titles`` go with ``problem`` one by one; a complaint adds details, an effect and what is asked for.
    """

    key: str
    name: str
    weight: int
    category: str
    department: str
    titles: tuple[str, ...]
    problem: tuple[str, ...]
    detail: tuple[str, ...]
    effect: tuple[str, ...]
    ask: tuple[str, ...]
    question: tuple[str, ...]
    thanks: tuple[str, ...]
    reply: tuple[str, ...]


@cache
def matters() -> tuple[Matter, ...]:
    """Every matter, in the order of the file names."""
    found = []
    for path in sorted((FOLDER / "topics").glob("*.toml")):
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        values: dict[str, Any] = {name: tuple(x) if isinstance(x, list) else x for name, x in raw.items()}
        found.append(Matter(key=path.stem, **values))
    return tuple(found)


@cache
def table(name: str) -> dict[str, Any]:
    """One of residents, outage, official, news, as its TOML file stands."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
