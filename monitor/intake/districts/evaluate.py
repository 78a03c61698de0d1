"""``yuqing eval district``: the rule against gold labels, beside what matching the name as a substring gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from monitor.analysis.evaluate import interval
from monitor.analysis.labelling import BadRow, Row
from monitor.intake.clean import clean, clean_line
from monitor.intake.district import DistrictRule
from monitor.settings.types import DistrictSettings


def eval_district(rows: Sequence[Row], settings: DistrictSettings) -> dict[str, Any]:
    """Rows with ``text``, ``source_city``?, ``mention`` (bool) and ``places``? (all that are named).

    Rows that name another ``district`` than the configured one are left out: one file may hold gold for several.
    """
    rows = [r for r in rows if r.get("district") in (None, settings.name)]
    if not rows:
        raise BadRow(
            f"没有{settings.name}的行", '每行 {"text", "source_city"?, "mention"}；district 须与配置的区名相同'
        )
    if any(not isinstance(r.get("mention"), bool) for r in rows):
        raise BadRow("有的行没有 mention", "mention 为 true 或 false：这段文字是否涉及本区")
    rule = DistrictRule(settings)
    told = [f"{clean_line(r.get('title') or '')}\n{clean(r.get('text') or '')}".strip() for r in rows]
    found = [rule.judge(text, str(r.get("source_city") or "")) for text, r in zip(told, rows, strict=True)]
    words = (
        settings.name,
        *settings.aliases,
        *(w for p in settings.places for w in (p.name, *p.aliases, *p.landmarks)),
    )
    gold = [bool(r["mention"]) for r in rows]
    peers = {
        "rule": [m.mention for m in found],
        "substring_name": [settings.name in text for text in told],
        "substring_any": [any(w in text for w in words) for text in told],
    }
    out = {name: scores(gold, said) for name, said in peers.items()}
    placed = [(set(r["places"]), set(m.places)) for r, m in zip(rows, found, strict=True) if "places" in r]
    if placed:
        right = np.asarray([a == b for a, b in placed])
        out["rule"]["places_right"] = interval(len(right), lambda i: float(right[i].mean()))
    return out


def scores(gold: Sequence[bool], found: Sequence[bool]) -> dict[str, Any]:
    """Accuracy, recall and precision of yes-or-no labels, with intervals."""
    g, f = np.asarray(gold), np.asarray(found)

    def share(of: Any, given: Any) -> dict[str, float]:
        return interval(len(g), lambda i: float((of[i] & given[i]).sum() / max(1, given[i].sum())))

    return {
        "texts": len(g),
        "accuracy": interval(len(g), lambda i: float((g[i] == f[i]).mean())),
        "recall": share(f, g),
        "precision": share(g, f),
    }
