"""What ``yuqing backtest`` reads and writes: rules and marked onsets in, a table as JSON and a picture (SVG) out."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import YuqingError
from monitor.model import CHINA, day_span
from monitor.settings.spikes import SpikeSettings
from monitor.signals.backtest import Candidate, Firing, Onset, Outcome, local
from monitor.signals.series import Pattern

WIDTH, LEFT, STRIP, TOP = 960, 150, 34, 30
STYLE = (
    "text{font:12px sans-serif;fill:#222}.small{font-size:11px;fill:#555}.axis{stroke:#bbb}"
    ".burst{fill:#1f4e79}.rise{fill:#fff;stroke:#1f4e79;stroke-width:1.5}.onset{stroke:#b00020;stroke-dasharray:3 3}"
    "svg{background:#fff}"
)


def read_rules(path: Path, rule: SpikeSettings) -> tuple[Candidate, ...]:
    """``[[rule]]`` tables with a name and any keys of ``[spike]``, the rest as in force. Raises ``YuqingError``."""
    tables = _toml(path).get("rule", [])
    if not isinstance(tables, list) or not tables:
        raise YuqingError(f"{path} 里没有 [[rule]]", '每个规则写一段：[[rule]]，name = "更严"，p_value = 1e-5')
    found = []
    for number, table in enumerate(tables, start=1):
        values = {k: v for k, v in table.items() if k != "name"}
        try:
            settings = SpikeSettings.model_validate({**rule.model_dump(), **values})
        except ValidationError as error:
            wrong = "；".join(f"{'.'.join(map(str, e['loc'])) or 'rule'}：{e['msg']}" for e in error.errors())
            raise YuqingError(f"{path} 第{number}个 [[rule]]：{wrong}", "键与 alerts.toml 的 [spike] 相同") from error
        found.append(Candidate(str(table.get("name", f"规则{number}")), settings))
    names = [c.name for c in found]
    if len(set(names)) < len(names):
        raise YuqingError(f"{path} 里有重名的规则", "每个 [[rule]] 的 name 须不同")
    return tuple(found)


def read_onsets(path: Path, topics: Sequence[str]) -> tuple[Onset, ...]:
    """Marked onsets: CSV with the columns topic,time or TOML ``[[onset]]``; an empty topic stands for any."""
    if path.suffix == ".toml":
        rows = [(str(o.get("topic", "")), str(o.get("time", ""))) for o in _toml(path).get("onset", [])]
    else:
        try:
            lines = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
            rows = [((line.get("topic") or "").strip(), (line.get("time") or "").strip()) for line in lines]
        except (OSError, UnicodeDecodeError) as error:
            raise YuqingError(f"读不了 {path}", "应为 UTF-8 编码的 CSV，列名 topic,time") from error
    found = []
    for number, (topic, time) in enumerate(rows, start=1):
        if topic and topic not in topics:
            raise YuqingError(f"{path} 第{number}条：没有专题“{topic}”", f"已配置：{'、'.join(topics)}")
        try:
            moment = datetime.fromisoformat(time)
        except ValueError:
            raise YuqingError(f"{path} 第{number}条：“{time}”不是时刻", "应写成 2026-11-22T08:00") from None
        found.append(Onset(topic, moment if moment.tzinfo else moment.replace(tzinfo=CHINA)))
    return tuple(found)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise YuqingError(f"读不了 {path}：{error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise YuqingError(f"{path} 不是正确的 TOML：{error}") from error


def as_json(outcomes: Sequence[Outcome], first: date, last: date) -> dict[str, Any]:
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "rules": [
            {
                "name": o.name,
                "alerts": len(o.firings),
                "a_week": round(o.a_week, 2),
                "onsets": o.onsets,
                "found": len(o.lags_h),
                "median_lag_h": o.median_lag_h,
                "firings": [_firing(f) for f in o.firings],
            }
            for o in outcomes
        ],
    }


def _firing(firing: Firing) -> dict[str, Any]:
    return {
        "topic": firing.topic, "begin": local(firing.begin), "end": local(firing.end),
        "pattern": firing.pattern.value, "window_h": firing.window_h, "total": firing.total,
        "usual_high": firing.high or None,
    }  # fmt: skip


def picture(outcomes: Sequence[Outcome], first: date, last: date, onsets: Sequence[Onset] = ()) -> str:
    """A strip a rule over the whole span: filled marks are bursts, open ones slow rises, dashed lines marked onsets."""
    begin, end = day_span(first, last)
    height = TOP + STRIP * len(outcomes) + 40
    plot = WIDTH - LEFT - 20

    def x(moment: datetime) -> float:
        return LEFT + plot * ((moment - begin) / (end - begin))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img"><title>{first} 至 {last} 各规则的预警</title><style>{STYLE}</style>'
    ]
    bottom = TOP + STRIP * len(outcomes)
    for onset in onsets:
        if begin <= onset.time < end:
            at = x(onset.time)
            parts.append(f'<line class="onset" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 8}" y2="{bottom}"/>')
    for row, outcome in enumerate(outcomes):
        y = TOP + STRIP * row
        parts.append(f'<text x="8" y="{y + 14}">{_escaped(outcome.name)}</text>')
        parts.append(f'<text class="small" x="8" y="{y + 28}">每周 {outcome.a_week:.1f} 次</text>')
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - 20}" y1="{y + 24}" y2="{y + 24}"/>')
        for f in outcome.firings:
            kind = "rise" if f.pattern is Pattern.RISE else "burst"
            width = max(3.0, x(f.end) - x(f.begin))
            parts.append(f'<rect class="{kind}" x="{x(f.begin):.1f}" y="{y + 6}" width="{width:.1f}" height="18"/>')
    for day in _marks(first, last):
        at = x(day_span(day)[0])
        parts.append(f'<text class="small" x="{at:.1f}" y="{bottom + 18}" text-anchor="middle">{day:%m-%d}</text>')
    return "".join([*parts, "</svg>"])


def _marks(first: date, last: date) -> list[date]:
    days = (last - first).days + 1
    every = max(1, -(-days // 8))
    return [first + timedelta(days=i) for i in range(0, days, every)]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
