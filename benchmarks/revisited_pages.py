"""Saved real pages read again: are edits told from what every visit changes, and from pages read badly? Prints JSON.

    python benchmarks/revisited_pages.py [--seed 7]

Needs ../shared/data. Each page is read, changed in its source as sites and connections change it, and read again; the
rule of ``monitor/analysis/revisions.py`` says whether the publisher did it. ``visit``: counters above, within and below
the article, other links to more, wider spaces. ``bad``: the connection ended after two thirds or a third of the page,
a wrong charset, a page of the site's firewall. ``edit``: another figure, a sentence less, a sentence more, another
title, where the page has such.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.extract_quality import DATA, SEEN, pages  # noqa: E402
from crawlers.extract import extract  # noqa: E402
from crawlers.page.charset import decode  # noqa: E402
from monitor.analysis.revisions import Wording, judge  # noqa: E402
from monitor.intake.clean import clean, clean_line  # noqa: E402
from monitor.model import CHINA, Article, Kind, Labels, Sentiment  # noqa: E402

NOTICE = """<html><title>访问验证</title><body><h1>访问验证</h1>
<p>您的访问过于频繁，请完成下方验证后继续访问本网站。</p></body></html>"""
MORE = (
    '<div class="rel"><h3>相关推荐</h3><ul><li><a href="/x1">某地举行春季运动会</a></li>'
    '<li><a href="/x2">今起降温</a></li></ul></div>'
)
COUNTERS = "<div><span>阅读 {}</span><span>评论(7)</span> <span>3小时前</span></div>"
BELOW = "</p><p>打印时间：2026-11-22 09:31:07</p><p>点赞 {}　转发 3"
Changed = Iterator[tuple[str, str, str]]
"""(class, what was done, source of the page)."""


def read(html: str) -> Wording:
    page = extract(html, seen=SEEN)
    return Wording(clean_line(page.title), clean(page.text))


def after(html: str, pattern: str, what: str, *, last: bool = False) -> str | None:
    """The source with something behind the first (before the last) match of a pattern."""
    found = list(re.finditer(pattern, html, re.IGNORECASE))
    if not found:
        return None
    at = found[-1].start() if last else found[0].end()
    return html[:at] + what + html[at:]


def visits(html: str, chance: random.Random) -> Changed:
    seen = chance.randrange(10, 99_999)
    done: dict[str, str | None] = {
        "counters under the headline": after(html, "</h1>", COUNTERS.format(seen)),
        "a counter in the first paragraph": after(html, "<p(?: [^>]*)?>", f"<span>浏览次数：{seen}次</span></p><p>"),
        "date of printing below": after(html, "</p>", BELOW.format(seen), last=True),
        "other links to more": after(html, "</body>", MORE, last=True),
        "wider spaces": html.replace("</p>", "</p>\n\n  "),
    }  # fmt: skip
    yield from (("visit", name, changed) for name, changed in done.items() if changed is not None)


def misread(html: str) -> Changed:
    yield "bad", "two thirds of the page", html[: len(html) * 2 // 3]
    yield "bad", "a third of the page", html[: len(html) // 3]
    yield "bad", "wrong charset", html.encode("utf-8", "replace").decode("gb18030", "replace")
    yield "bad", "a notice of the firewall", NOTICE


def edits(html: str, told: Wording, chance: random.Random) -> Changed:
    sentences = [s for s in re.findall(r"[^。！？\n]{8,}[。！？]", told.text) if html.count(s) == 1]
    if not sentences:
        return
    one = chance.choice(sentences)
    yield "edit", "a sentence less", html.replace(one, "")
    yield "edit", "a sentence more", html.replace(one, one + "更正：上述情况以有关部门通报为准。")
    figures = [s for s in sentences if re.search(r"\d", s)]
    if figures:
        one = chance.choice(figures)
        at = chance.choice([m.start() for m in re.finditer(r"\d", one)])
        other = one[:at] + str((int(one[at]) + 1) % 10) + one[at + 1 :]
        yield "edit", "another figure", html.replace(one, other)
    if told.title and told.title in html:
        yield "edit", "another title", html.replace(told.title, f"更正：{told.title}")


def record(told: Wording) -> Article:
    labels = Labels(sentiment=Sentiment(0.1, 0.8, 0.1, "none", "0"))
    return Article(
        id="a", source="s", kind=Kind.NEWS, published=SEEN.astimezone(CHINA), seen=SEEN, labels=labels,
        title=told.title, text=told.text, url="", outlet="",
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    chance = random.Random(parser.parse_args().seed)
    if not DATA.is_dir():
        raise SystemExit(f"the saved pages are not beside the checkout: {DATA.name}")
    outcomes: dict[str, Counter[str]] = {}
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    taken: Callable[[str], bool] = {"visit": False, "bad": False, "edit": True}.__getitem__
    for _, body in sorted(pages("news_pages").items()):
        html = decode(body)
        told = read(html)
        if not told.text:
            continue
        for group, what, changed in (*visits(html, chance), *misread(html), *edits(html, told, chance)):
            decision = judge(record(told), read(changed))
            outcomes.setdefault(f"{group}: {what}", Counter())[decision.reason.value] += 1
            asked[group] += 1
            right[group] += decision.kept is taken(group)
    figures = {
        "right": {group: f"{right[group]} of {n}" for group, n in asked.items()},
        "outcomes": {name: dict(sorted(counts.items())) for name, counts in sorted(outcomes.items())},
    }
    print(json.dumps(figures, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
