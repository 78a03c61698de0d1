"""The steps in their order, over one text or a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.analysis import sentiment, topics
from monitor.analysis.names import tagger
from monitor.analysis.sentiment import joined
from monitor.analysis.terms import terms
from monitor.intake.clean import clean, clean_line
from monitor.intake.dates import dated
from monitor.intake.district import DistrictRule
from monitor.intake.identity import record_id
from monitor.intake.reasons import IntakeReason
from monitor.intake.recall import Recall
from monitor.intake.redact import redact
from monitor.intake.topics import TopicRule
from monitor.model import (
    AnyRecord,
    Article,
    BoardMessage,
    Decision,
    Fetched,
    Kind,
    Labels,
    Post,
    Reply,
    Sentiment,
    Verdict,
)
from monitor.settings import Settings


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on its way through the steps."""

    fetched: Fetched
    title: str
    text: str
    published: datetime
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Intake:
    """From Fetched to Record. Models are loaded at first use; the only state is what it remembers."""

    def __init__(self, settings: Settings, key: bytes) -> None:
        self._settings, self._key = settings, key
        self._sources = {s.id: s for s in settings.sources.source}
        self._district = DistrictRule(settings.district)
        self._topics = TopicRule(settings.topics.topic)
        self._recall = Recall()

    def id_of(self, fetched: Fetched) -> str:
        """The id that a record of ``fetched`` has: the same for every visit to the same item."""
        return record_id(fetched, self._key)

    def decide(self, fetched: Fetched, now: datetime) -> Decision[AnyRecord]:
        """KEEP with the record, or DROP with the reason. Never raises for any text."""
        return self.decide_many([fetched], now)[0]

    def decide_many(
        self, items: Sequence[Fetched], now: datetime, cities: Sequence[str] = ()
    ) -> list[Decision[AnyRecord]]:
        """The same for a batch, which is quicker; in order. ``cities``, one an item, replaces the sources' own."""
        told = [self._draft(f, now, cities[i] if cities else "") for i, f in enumerate(items)]
        drafts = [(i, d) for i, d in enumerate(told) if isinstance(d, Draft)]
        scores = topics.model().score([joined(d.title, d.text) for _, d in drafts])
        decided: list[Decision[AnyRecord] | None] = [
            None if isinstance(d, Draft) else _drop(d, f) for d, f in zip(told, items, strict=True)
        ]
        kept: list[tuple[int, Draft]] = []
        for (i, draft), score in zip(drafts, scores, strict=True):
            found = self._topics.judge(draft.title, draft.text, score).topics
            if draft.fetched.kind is Kind.POST and not found:
                decided[i] = _drop(IntakeReason.NOT_PUBLIC_SERVICE, draft.fetched)
            else:
                kept.append((i, _redacted(replace(draft, topics=found))))
        felt = zip(kept, self._sentiments([d for _, d in kept]), strict=True)
        # A list page shows the newest first; what was published first is the original and begins the matter.
        for (i, draft), feeling in sorted(felt, key=lambda one: one[0][1].published):
            decided[i] = Decision(Verdict.KEEP, IntakeReason.KEPT, self._record(draft, feeling))
        return [d for d in decided if d is not None]

    def _draft(self, fetched: Fetched, now: datetime, city: str) -> Draft | IntakeReason:
        title, text = clean_line(fetched.title), clean(fetched.text)
        if not title and not text:
            return IntakeReason.EMPTY
        published, reason = dated(fetched, self._settings, now)
        if published is None:
            return reason
        source = self._sources.get(fetched.source)
        mention = self._district.judge(
            joined(title, text), city or (source.city if source else ""), source.trusted if source else False
        )
        if not mention.mention:
            return IntakeReason.NOT_DISTRICT
        return Draft(fetched, title, text, published, mention.places)

    def _sentiments(self, drafts: Sequence[Draft]) -> list[Sentiment]:
        """Sentiments in order, one call an engine and kind."""
        engine = sentiment.engine(self._settings.service.analysis.sentiment)
        found: dict[int, Sentiment] = {}
        for kind in dict.fromkeys(d.fetched.kind for d in drafts):
            which = [i for i, d in enumerate(drafts) if d.fetched.kind is kind]
            scored = engine.score([joined(drafts[i].title, drafts[i].text) for i in which], kind)
            found.update(zip(which, scored, strict=True))
        return [found[i] for i in range(len(drafts))]

    def _record(self, draft: Draft, feeling: Sentiment) -> AnyRecord:
        fetched, id = draft.fetched, self.id_of(draft.fetched)
        public = fetched.kind not in (Kind.BOARD, Kind.POST)
        body = draft.text[:2_000]
        # Longest first: a name within a name is taken out with it, and the order is the same in every process.
        found = {body[b:e] for b, e in tagger().find(body)} if public else set()
        avoid = tuple(sorted(found, key=lambda name: (-len(name), name)))
        labels = Labels(
            sentiment=feeling,
            topics=draft.topics,
            places=draft.places,
            terms=terms(draft.title, draft.text, avoid),
            event=self._recall.event(id, fetched.kind, draft.title, draft.text, draft.published, draft.topics),
            reprint_of=self._recall.original(id, fetched.kind, draft.text),
        )
        return _kept(draft, id, labels, self._outlet(fetched))

    def remember(self, earlier: Iterable[AnyRecord]) -> None:
        """Records kept before, oldest first, for reprints and matters; read when the first text is decided on."""
        self._recall.remember(earlier)

    def _outlet(self, fetched: Fetched) -> str:
        source = self._sources.get(fetched.source)
        return clean_line(fetched.outlet, 60) or ((source.outlet or source.name) if source else "")


def _drop(reason: IntakeReason, fetched: Fetched) -> Decision[AnyRecord]:
    return Decision(Verdict.DROP, reason, None, {"source": fetched.source, "kind": fetched.kind.value})


def _redacted(draft: Draft) -> Draft:
    """Everything that will be kept, without personal data."""
    fetched, kind = draft.fetched, draft.fetched.kind
    reply = fetched.reply
    if reply is not None:
        office = clean_line(reply.department, 60) or None if reply.department else None
        reply = Reply(redact(clean(reply.text), kind).text, reply.time, redact(office, kind).text if office else None)
    category = redact(clean_line(fetched.category, 60), kind).text or None if fetched.category else None
    return replace(
        draft,
        title=redact(draft.title, kind).text,
        text=redact(draft.text, kind).text,
        fetched=replace(fetched, reply=reply, category=category),
    )


def _kept(draft: Draft, id: str, labels: Labels, outlet: str) -> AnyRecord:
    fetched = draft.fetched
    source, kind, published, seen = fetched.source, fetched.kind, draft.published, fetched.fetched_at
    if kind is Kind.POST:
        text = draft.text if draft.text.startswith(draft.title) else joined(draft.title, draft.text)
        return Post(id=id, source=source, kind=kind, published=published, seen=seen, labels=labels, text=text)
    url = fetched.url if fetched.url.startswith(("http://", "https://")) else ""
    if kind is Kind.BOARD:
        return BoardMessage(
            id=id, source=source, kind=kind, published=published, seen=seen, labels=labels,
            title=draft.title, text=draft.text, url=url, category=fetched.category, reply=fetched.reply,
        )  # fmt: skip
    return Article(
        id=id, source=source, kind=kind, published=published, seen=seen, labels=labels,
        title=draft.title, text=draft.text, url=url, outlet=outlet, rank=fetched.rank,
    )  # fmt: skip
