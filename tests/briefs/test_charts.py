"""Drawings of briefs: what they show is what the block holds, in colour and without, on paper and on a phone."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from lxml import etree
from PIL import Image

from monitor.briefs import charts
from monitor.briefs.charts import heat, numbers, palette, scale
from monitor.briefs.charts.canvas import fit, hatch, room, wrapped
from monitor.briefs.picture import SCALE, png
from monitor.briefs.references import References
from monitor.briefs.types import Bars, Chart, Drawing, Figure, HeatMap, Panels, Stack, words
from tests.briefs import samples

EVERY: dict[str, Drawing] = {
    "chart": samples.chart(), "bars": samples.bars(), "stack": samples.stack(), "heat": samples.heat(),
    "panels": samples.panels(),
}  # fmt: skip
EMPTY: dict[str, Drawing] = {
    "chart": replace(samples.chart(), days=()), "bars": Bars("题", (), "空", ""), "stack": Stack("题", ("甲",), (), "空", ""),
    "heat": HeatMap("题", "件", (), "空", ""), "panels": Panels("题", (), "空", ""),
    "panels of nothing": Panels("题", (replace(samples.chart(), days=()),), "空", ""),
}  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"


def drawn(block: Drawing) -> etree._Element:
    [(document, _)] = charts.printed(block)
    return etree.fromstring(document)


def texts(block: Drawing) -> list[str]:
    return [e.text or "" for e in drawn(block).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", [*EVERY, *(f"empty {name}" for name in EMPTY)])
def test_a_drawing_is_well_formed_says_what_it_shows_and_loads_nothing(name: str) -> None:
    block = EMPTY[name.removeprefix("empty ")] if name.startswith("empty ") else EVERY[name]
    for width in (charts.WIDE, charts.NARROW):
        root = etree.fromstring(charts.svg(block, width))
        assert (root.get("role"), root.get("aria-label")) == ("img", block.alt)
        assert {e.tag for e in root.iter()} <= {"svg", "title", "text", "rect", "line", "path", "polyline", "circle"}
        assert not [e for e in root.iter() for key in e.attrib if "href" in key or key in ("style", "id")]
    for document, height in charts.printed(block):
        assert etree.fromstring(document).get("height") == f"{height:g}"


def test_a_bar_is_as_high_as_its_value_and_the_day_of_the_brief_is_solid() -> None:
    block = samples.chart(28, ahead=0, line=0, alert=False)
    found = [e for e in etree.fromstring(charts.svg(block)).iter() if e.get("class") in ("c-bar", "c-today")]
    assert len(found) == 28
    heights = [float(e.get("height")) for e in found]
    values = [d.bar or 0 for d in block.days]
    unit = max(heights) / max(values)
    assert heights == pytest.approx([v * unit for v in values], abs=0.15)
    assert [e.get("class") for e in found].index("c-today") == 27
    top = scale.top(max([*(d.high or 0 for d in block.days), *values]))
    assert unit == pytest.approx(96 / top, abs=0.05)


def test_days_to_come_are_open_hatched_and_have_their_interval() -> None:
    root = etree.fromstring(charts.svg(samples.chart(ahead=3)))
    assert len([e for e in root.iter() if e.get("class") == "c-ahead"]) == 3
    assert len([e for e in root.iter() if e.get("class") == "c-hatch"]) == 3
    assert len([e for e in root.iter() if e.get("class") == "c-whisker"]) == 3
    assert [k.words for k in charts.entries(samples.chart(ahead=3)) if k.kind == "ahead"] == ["预测"]
    assert not [k for k in charts.entries(samples.chart(ahead=0)) if k.kind == "ahead"]


def test_the_usual_range_is_drawn_only_where_a_day_has_one() -> None:
    block = samples.chart(10, ahead=0)
    bare = replace(
        block, days=tuple(replace(d, low=None, high=None) if 3 <= n < 5 else d for n, d in enumerate(block.days))
    )
    band = next(e for e in etree.fromstring(charts.svg(bare)).iter() if e.get("class") == "c-band")
    assert band.get("d").count("Z") == 8
    none = replace(block, days=tuple(replace(d, low=None, high=None) for d in block.days))
    assert "c-band" not in charts.svg(none) and "band" not in [k.kind for k in charts.entries(none)]


def test_an_alert_is_told_by_shape_and_word_and_not_by_colour_alone() -> None:
    block = samples.chart()
    assert {"橙", "黄"} <= set(texts(block))
    shapes = {e.tag for e in etree.fromstring(charts.svg(block)).iter() if e.get("class") == "c-a2"}
    assert shapes == {"path", "text"}, "a triangle and a word"
    assert "预警（红橙黄蓝）" in texts(block)


def test_a_line_of_another_size_has_an_axis_of_its_own() -> None:
    same, other = samples.chart(top=40, line=50, alert=False), samples.chart(top=40, line=20_000, alert=False)
    assert "2万" not in texts(same)
    assert {"2万", "40"} <= set(texts(other))
    bars = [e for e in etree.fromstring(charts.svg(other)).iter() if e.get("class") in ("c-bar", "c-today")]
    assert max(float(e.get("height")) for e in bars) > 60, "the bars are not pressed flat"


def test_bars_are_as_long_as_their_figures_and_a_suppressed_one_has_words_but_no_bar() -> None:
    block = samples.bars(8)
    found = [e for e in etree.fromstring(charts.svg(block)).iter() if e.get("class") in ("c-bar", "c-today")]
    lengths = [float(e.get("width")) for e in found]
    values = [bar.value.value for bar in block.bars if bar.value.value]
    assert lengths == pytest.approx([lengths[0] * v / values[0] for v in values], abs=0.2)
    assert len(found) == 6, "0 and the suppressed one have none"
    assert {"不足10件", "0件", "60件", "+40%", "持平", "新", "升"} <= set(texts(block))


def test_forty_bars_stand_on_pages_with_one_scale() -> None:
    block = samples.bars(40, samples.LONG_NAME, top=1_000_000)
    pieces = charts.printed(block)
    assert len(pieces) > 1 and all(height <= charts.PAGE for _, height in pieces)
    shown = [e.text for document, _ in pieces for e in etree.fromstring(document).iter(f"{SVG}text")]
    assert shown.count("1000000件") == 1 and shown.count("不足10件") == 1
    longest = [
        max(float(e.get("width")) for e in etree.fromstring(document).iter() if e.get("class") in ("c-bar", "c-today"))
        for document, _ in pieces
    ]
    assert longest[1] < longest[0], "the second page's bars are not drawn as long as the first's"
    assert all(height <= charts.PAGE for _, height in charts.printed(samples.panels(40)))
    assert all(height <= charts.PAGE for _, height in charts.printed(samples.stack(60)))


def test_a_row_of_a_stack_shares_its_whole_and_tells_its_total() -> None:
    block = Stack("题", ("按时", "逾期"), (("甲", (30, 10)), ("乙", (0, 0)), ("丙", (1, 0))), "说", "/q")
    root = etree.fromstring(charts.svg(block))
    widths = [float(e.get("width")) for e in root.iter() if e.get("class") in ("c-s0", "c-s1")]
    assert widths == pytest.approx([widths[2] * 0.75, widths[2] * 0.25, widths[2]], abs=0.2)
    assert {"共40件", "无", "共1件", "30", "10"} <= {e.text for e in root.iter("text")}


def test_a_calendar_has_a_field_a_day_under_its_weekday() -> None:
    block = samples.heat()
    root = etree.fromstring(charts.svg(block))
    fields = [e for e in root.iter("rect") if re.fullmatch("c-h[0-5]", e.get("class") or "")]
    assert len(fields) == 31
    columns = sorted({float(e.get("x")) for e in fields})
    assert len(columns) == 7
    assert columns.index(float(fields[0].get("x"))) == date(2026, 10, 1).weekday()
    assert [e.get("class") for e in fields].count("c-h0") == 2, "two days have no figure"


@pytest.mark.parametrize(
    "values", [[5], [5, 5, 5], [0, 1], [0, 1, 2, 3], [0, 0, 1_000_000], list(range(31)), [None, None]]
)
def test_the_classes_of_a_calendar_hold_every_value_once(values: list[int | None]) -> None:
    block = HeatMap("题", "件", tuple((date(2026, 10, n + 1), v) for n, v in enumerate(values)), "", "")
    known = [v for v in values if v is not None]
    bounds = heat.classes(block)
    assert bounds == sorted(set(bounds)) and len(bounds) <= 4
    told = [k.words for k in heat.keys(block) if k.kind != "h0"]
    assert len(told) == (len(bounds) + 1 if known else 0)
    for value in known:
        spans = [re.fullmatch(r"(\d+)(?:至(\d+))?件", text) for text in told]
        assert sum(int(m[1]) <= value <= int(m[2] or m[1]) for m in spans if m) == 1


def test_panels_share_one_axis_unless_some_would_be_flat() -> None:
    even = Panels("题", tuple(samples.chart(7, top=t, ahead=0, line=0) for t in (20, 30)), "", "")
    uneven = Panels("题", tuple(samples.chart(7, top=t, ahead=0, line=0) for t in (2, 300)), "", "")
    assert {t for t in texts(even) if t in ("40", "20")} and texts(even).count("0") == 2
    assert "400" in texts(uneven) and texts(uneven).count("400") == 1


def lightness(colour: str) -> float:
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return sum(
        w * ((c / 12.92) if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
        for w, c in ((0.2126, r), (0.7152, g), (0.0722, b))
    )


def contrast(one: str, two: str) -> float:
    high, low = sorted((lightness(one), lightness(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [palette.PRINT, palette.DARK], ids=["print", "dark"])
def test_letters_and_lines_stand_off_in_grey_too(colours: dict[str, str]) -> None:
    """WCAG 2.2: 4.5 for letters, 3 for what must be seen; neighbouring shades of the calendar differ as well."""
    paper = colours["paper"]
    for name in ("words", "faint", "a1", "a2", "a3", "a4", "up"):
        assert contrast(colours[name], paper) >= (4.5 if name in ("words", "faint", "up", "a1", "a4") else 3), name
    for name in ("edge", "today", "level", "line", "axis"):
        assert contrast(colours[name], paper) >= 3, name
    assert contrast(colours["today"], colours["bar"]) >= 3, "solid against light"
    shades = [lightness(colours[f"h{n}"]) for n in range(1, 6)]
    assert shades in (sorted(shades), sorted(shades, reverse=True))
    assert all(contrast(colours[f"h{n}"], colours[f"h{n + 1}"]) >= 1.25 for n in range(1, 5))
    for n in range(1, 6):
        ink = colours["pale"] if n >= 4 else colours["words"]
        assert contrast(colours[f"h{n}"], ink) >= 4.5, n


def test_without_colour_a_picture_still_tells_its_marks_apart() -> None:
    """The stack's seven fields as a copier sees them: their grey, or the share of dark points where hatched, differs."""
    block = Stack("题", tuple("甲乙丙丁戊己庚"), (("部门", (1,) * 7),), "", "")
    [(data, _)] = png(block)
    image = Image.open(io.BytesIO(data)).convert("L")
    root = etree.fromstring(charts.svg(block))
    seen = []
    for e in root.iter("rect"):
        if not re.fullmatch("c-s[0-6]", e.get("class") or ""):
            continue
        x, y, w = (float(e.get(k)) * SCALE for k in ("x", "y", "width"))
        # Beside the count in the middle of the field.
        crop = image.crop((int(x + 4), int(y + 6), int(x + w * 0.3), int(y + 17 * SCALE - 6)))
        points = list(crop.get_flattened_data()) if hasattr(crop, "get_flattened_data") else list(crop.getdata())
        across = [points[n * crop.width : (n + 1) * crop.width] for n in range(crop.height)]
        rows = [sum(r) / len(r) for r in across]
        columns = [sum(c) / len(c) for c in zip(*across, strict=True)]
        spread = (max(rows) - min(rows), max(columns) - min(columns))
        mean = sum(points) / len(points)
        seen.append((mean, *spread, (sum((p - mean) ** 2 for p in points) / len(points)) ** 0.5))
    assert len(seen) == 7
    for at, one in enumerate(seen):
        for other in seen[at + 1 :]:
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) > 12, (one, other)


def test_the_picture_is_sharp_on_paper_and_the_same_each_time() -> None:
    for block in EVERY.values():
        [(data, ratio)] = png(block)
        assert data.startswith(b"\x89PNG")
        wide, high = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        assert wide == charts.WIDE * SCALE and wide / (156 / 25.4) >= 300, "dots an inch on 156 mm"
        assert high / wide == pytest.approx(ratio, rel=0.01)
    assert png(EVERY["chart"]) == png(EVERY["chart"])


def test_words_of_a_drawing_stay_words() -> None:
    evil = '<script>alert(1)</script>&"\x00\x0b\ud800\u202e=1+1😀' + "长" * 300
    figure = Figure(evil, evil, "/q", 3)
    blocks: tuple[Drawing, ...] = (
        replace(samples.chart(), title=evil, bar_name=evil, line_name=evil, level_name=evil, alt=evil, band_name=evil),
        Bars(evil, (replace(samples.bars().bars[0], name=evil, value=figure, change=(evil,), mark="新"),), evil, "/q"),
        Stack(evil, (evil,), ((evil, (3,)),), evil, "/q"), HeatMap(evil, evil, samples.heat().days, evil, "/q"),
        Panels(evil, (replace(samples.chart(), title=evil),), evil, "/q"),
    )  # fmt: skip
    for block in blocks:
        for document, _ in charts.printed(block):
            root = etree.fromstring(document)
            assert not [e for e in root.iter() if "script" in str(e.tag)]
            assert "\u202e" not in document and "\x00" not in document and "\ud800" not in document
    assert png(blocks[0]) and png(blocks[1])


def test_the_numbers_of_a_drawing_are_those_of_the_block() -> None:
    chart = EVERY["chart"]
    assert isinstance(chart, Chart)
    table = numbers.table(chart)
    assert len(table.rows) == len(chart.days)
    assert [words(row[1]) for row in table.rows] == [str(d.bar) for d in chart.days]
    assert "10月30日" in words(table.rows[4][0]) and words(table.rows[4][2]) == "—"
    assert words(table.rows[-1][0]).endswith("（预测）")
    bars = numbers.table(samples.bars())
    assert [words(row[1]) for row in bars.rows][-2:] == ["0件", "不足10件"]
    stack = numbers.table(samples.stack())
    assert words(stack.rows[0][-1]) == "43" and stack.columns == ("名称", *samples.stack().names, "合计")
    assert len(numbers.table(samples.panels()).columns) == 7
    assert words(numbers.table(samples.heat()).rows[3][1]) == "—"


def test_a_picture_has_the_note_of_its_query_and_bars_those_of_their_figures() -> None:
    notes = References("https://h")
    assert notes.of(samples.chart()) == (1,)
    assert notes.of(samples.bars(3)) == (2, 3, 4, 5), "the picture's own, then a figure's each"
    assert notes.of(replace(samples.heat(), query="")) == ()
    assert notes.of(samples.told()) == ()
    assert notes.of(samples.table(3)) == (6,)


def test_axes_have_round_steps_and_short_labels() -> None:
    for highest in (0, 1, 3, 7, 11, 49, 50, 51, 999, 123_456, 1_000_000, 7_654_321_000):
        end = scale.top(highest)
        ticks = list(scale.ticks(end))
        assert ticks[0] == 0 and ticks[-1] == end >= highest and 2 <= len(ticks) <= 6
    assert [scale.short(n) for n in (0, 8000, 15_000, 1_000_000, 300_000_000)] == ["0", "8000", "1.5万", "100万", "3亿"]


def test_words_are_cut_and_wrapped_to_their_room() -> None:
    assert fit("区水务局", 100) == "区水务局"
    assert fit("区水务局" * 10, 100).endswith("…") and room(fit("区水务局" * 10, 100)) <= 100
    lines = wrapped("示例区市场监督管理局高新分局", 100, 2)
    assert len(lines) == 2 and "".join(lines) == "示例区市场监督管理局高新分局"
    assert wrapped("长" * 300, 100, 2)[1].endswith("…")
    assert wrapped("", 100, 2) == [""]
    assert room("a\u0301") == room("a")


@pytest.mark.parametrize("way", ["/", "\\", "|", "-"])
def test_a_hatch_stays_within_its_field(way: str) -> None:
    for x, y, w, h in ((0, 0, 20, 10), (13.7, 5.2, 3.1, 40), (100, 100, 0.5, 0.5)):
        points = [tuple(map(float, p)) for p in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", hatch(x, y, w, h, 4, way))]
        assert all(x - 0.06 <= px <= x + w + 0.06 and y - 0.06 <= py <= y + h + 0.06 for px, py in points)
