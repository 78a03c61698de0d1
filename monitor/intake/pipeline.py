"""The steps in their order, over one text or a batch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.analysis import sentiment, topics
from monitor.analysis.names import Memo, tagger
from monitor.analysis.revisions import Wording
from monitor.analysis.sentiment import joined
from monitor.analysis.terms import terms
from monitor.intake.clean import clean, clean_line
from monitor.intake.dates import dated
from monitor.intake.district import DistrictRule
from monitor.intake.identity import key_id, record_id
from monitor.intake.reasons import IntakeReason
from monitor.intake.recall import Recall
from monitor.intake.redact import PRIVATE, foresee, redact
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


@dataclass(frozen=True, slots=True)
class Reread:
    """An item that was read again, as it would be kept: wording and answer without personal data.

    ``dropped``: why intake would not keep it if it were new; None if it would. No labels: a record's are final.
    """

    id: str
    wording: Wording
    reply: Reply | None
    dropped: IntakeReason | None


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

    def id_of_key(self, source: str, key: str) -> str:
        """The id that a record of the item with this key has; empty for an empty key."""
        return key_id(source, key, self._key)

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
        which, kept, memo = list[int](), list[Draft](), Memo()
        for (i, draft), score in zip(drafts, scores, strict=True):
            found = self._topics.judge(draft.title, draft.text, score).topics
            if draft.fetched.kind is Kind.POST and not found:
                decided[i] = _drop(IntakeReason.NOT_PUBLIC_SERVICE, draft.fetched)
            else:
                which.append(i)
                kept.append(replace(draft, topics=found))
        kept = _redacted(kept, memo)
        tagger().foresee((_body(d) for d in kept if d.fetched.kind not in PRIVATE), memo)
        felt = zip(which, kept, self._sentiments(kept), strict=True)
        # A list page shows the newest first; what was published first is the original and begins the matter.
        for i, draft, feeling in sorted(felt, key=lambda one: one[1].published):
            decided[i] = Decision(Verdict.KEEP, IntakeReason.KEPT, self._record(draft, feeling, memo))
        return [d for d in decided if d is not None]

    def reread(self, items: Sequence[Fetched], now: datetime) -> list[Reread]:
        """Items that are known, cleaned and redacted as ``decide_many`` would; in order. Remembers nothing."""
        told = [self._draft(item, now, "") for item in items]
        drafts = [
            draft
            if isinstance(draft, Draft)
            else Draft(item, clean_line(item.title), clean(item.text), item.fetched_at)
            for item, draft in zip(items, told, strict=True)
        ]
        scores = topics.model().score([joined(d.title, d.text) for d in drafts])
        found = []
        for safe, draft, score, outcome in zip(_redacted(drafts, Memo()), drafts, scores, told, strict=True):
            dropped = outcome if isinstance(outcome, IntakeReason) else None
            wording = Wording(safe.title, safe.text)
            if safe.fetched.kind is Kind.POST:
                wording = Wording("", _post_text(safe))
                if dropped is None and not self._topics.judge(draft.title, draft.text, score).topics:
                    dropped = IntakeReason.NOT_PUBLIC_SERVICE
            found.append(Reread(self.id_of(draft.fetched), wording, safe.fetched.reply, dropped))
        return found

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
        told = self._district.judge(fetched.street, trusted=True).places if fetched.street else ()
        return Draft(fetched, title, text, published, tuple(dict.fromkeys((*told, *mention.places))))

    def _sentiments(self, drafts: Sequence[Draft]) -> list[Sentiment]:
        """Sentiments in order, one call an engine and kind."""
        engine = sentiment.engine(self._settings.service.analysis.sentiment)
        found: dict[int, Sentiment] = {}
        for kind in dict.fromkeys(d.fetched.kind for d in drafts):
            which = [i for i, d in enumerate(drafts) if d.fetched.kind is kind]
            scored = engine.score([joined(drafts[i].title, drafts[i].text) for i in which], kind)
            found.update(zip(which, scored, strict=True))
        return [found[i] for i in range(len(drafts))]

    def _record(self, draft: Draft, feeling: Sentiment, memo: Memo) -> AnyRecord:
        fetched, id = draft.fetched, self.id_of(draft.fetched)
        body = _body(draft)
        # Longest first: a name within a name is taken out with it, and the order is the same in every process.
        found = {body[b:e] for b, e in tagger().find(body, memo)} if fetched.kind not in PRIVATE else set()
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


def _body(draft: Draft) -> str:
    """The part of a text of which terms are made."""
    return draft.text[:2_000]


def _redacted(drafts: Sequence[Draft], memo: Memo) -> list[Draft]:
    """Everything that will be kept, without personal data; ``memo`` gets what the name tagger found."""
    tidy = [replace(d, fetched=_tidy(d.fetched)) for d in drafts]
    foresee(((text, d.fetched.kind) for d in tidy for text in (d.title, d.text, *_told(d.fetched))), memo)
    return [_without_persons(d, memo) for d in tidy]


def _tidy(fetched: Fetched) -> Fetched:
    reply = fetched.reply
    if reply is not None:
        office = clean_line(reply.department, 60) or None if reply.department else None
        reply = Reply(clean(reply.text), reply.time, office)
    return replace(fetched, reply=reply, category=clean_line(fetched.category, 60) if fetched.category else None)


def _told(fetched: Fetched) -> tuple[str, ...]:
    reply = fetched.reply
    return (*((reply.text, reply.department or "") if reply else ()), fetched.category or "")


def _without_persons(draft: Draft, memo: Memo) -> Draft:
    fetched, kind = draft.fetched, draft.fetched.kind
    reply = fetched.reply
    if reply is not None:
        office = redact(reply.department, kind, memo).text if reply.department else None
        reply = Reply(redact(reply.text, kind, memo).text, reply.time, office)
    category = redact(fetched.category, kind, memo).text or None if fetched.category else None
    return replace(
        draft,
        title=redact(draft.title, kind, memo).text,
        text=redact(draft.text, kind, memo).text,
        fetched=replace(fetched, reply=reply, category=category),
    )


def _post_text(draft: Draft) -> str:
    return draft.text if draft.text.startswith(draft.title) else joined(draft.title, draft.text)


def _kept(draft: Draft, id: str, labels: Labels, outlet: str) -> AnyRecord:
    fetched = draft.fetched
    source, kind, published, seen = fetched.source, fetched.kind, draft.published, fetched.fetched_at
    if kind is Kind.POST:
        text = _post_text(draft)
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
