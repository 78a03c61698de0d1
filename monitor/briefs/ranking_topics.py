"""All matters of a period on one list: topics beside the hot issues and singles that were read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from monitor.briefs import ranking
from monitor.briefs.ranking import Signs
from monitor.briefs.ranking_gather import Reading, order
from monitor.briefs.ranking_types import HotMatter, Sort
from monitor.settings.concerns import Concern
from monitor.signals.figures import counted, number

if TYPE_CHECKING:
    from monitor.briefs.facts.types import Matter

FEWEST = 3
"""Messages of the period from which a topic is a matter at all."""
OF_ONE = 0.5
"""A topic of which an issue makes up this share is told by that issue."""


def ranked(
    reading: Reading, matters: Sequence[tuple[Matter, str]], concerns: Sequence[Concern]
) -> tuple[HotMatter, ...]:  # fmt: skip
    """Issues, singles and topics, the best first. ``matters``: the finer topics of the period, each with its mark.

    A topic counts with what it has beyond its usual number: it is a drawer that is never empty, and only what does not
    fit into it is news. Where nothing is known of the usual, it does not count as a matter of its own.
    """
    topics = [found for matter, mark in matters if (found := _topic(matter, mark, reading, concerns)) is not None]
    return tuple(sorted((*reading.issues, *reading.singles, *topics), key=order))


def _topic(matter: Matter, mark: str, reading: Reading, concerns: Sequence[Concern]) -> HotMatter | None:
    name = matter.topic.name
    # What was not seen in four weeks is beyond its usual number, all of it.
    unseen = 0.0 if mark == "新" else None
    now, usual = counted(matter.board.now), matter.board.mean if matter.board.mean is not None else unseen
    posts, usual_posts = counted(matter.post.now), matter.post.mean if matter.post.mean is not None else unseen
    excess = max(0.0, now - usual) if usual is not None else 0.0
    more_posts = max(0.0, posts - usual_posts) if usual_posts is not None else 0.0
    if (now < FEWEST or not excess) and not more_posts:
        return None
    if any(issue.topic == name and issue.texts >= OF_ONE * now for issue in reading.issues if issue.texts):
        return None
    weight, named = ranking.concern(reading.heard.get(name, ()), concerns)
    signs = Signs(texts=excess, posts=more_posts, now=now, usual=usual, new=mark == "新", concern=weight)
    if number(matter.board.now) in (None, 0):
        signs = Signs(texts=0, posts=more_posts, now=posts, usual=usual_posts, new=mark == "新", concern=weight)
    return HotMatter(
        key=f"topic:{name}", sort=Sort.TOPIC, name=name, topic=name, department=matter.topic.department, texts=now,
        week=now, month=now, board=now, of_topic=now, posts=matter.post.now, usual=usual, days=matter.days, mark=mark,
        terms=matter.terms, places=matter.places, concerns=named, score=ranking.score(signs),
    )  # fmt: skip
