"""What is done at the desk: draft, edit, review, issue, drop, send. Every step is in the audit log before it is kept.

Each action reads the edition, asks the pure rules of life.py, and writes by compare-and-set; where somebody else was
quicker it looks again, so that two editors who change different words both keep theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.briefs.desk import changes, keeping, life, numbers, sendings
from monitor.briefs.desk import texts as words
from monitor.briefs.desk.figures import foreign
from monitor.briefs.desk.life import Review
from monitor.briefs.desk.types import (
    NUMBERED_BY_ORDER,
    Act,
    DeskError,
    Edition,
    Outline,
    Refused,
    Stale,
    State,
    parts_of_id,
)
from monitor.briefs.types import Brief
from monitor.errors import StoreConflict
from monitor.intake.redact import PLACEHOLDER, redact
from monitor.model import Kind
from monitor.ops import audit
from monitor.ops.audit import Action
from monitor.store import Store

_TRIES = 50
MAX_NOTE = 1000
MAX_PARAGRAPHS = 6
MAX_CORRECTIONS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What an editor wants. ``note`` is (as it was seen, new) or None; ``texts`` are (address, as it was seen, new).

    ``version``: refuse unless the edition still has it (programs that replace everything at once); 0: whatever it is,
    the texts as they were seen decide.
    """

    note: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    texts: tuple[tuple[str, str, str], ...] = ()
    version: int = 0


def working(store: Store, edition: Edition) -> Brief:
    """The brief as it would be issued now, without number and revision of that issue."""
    made = keeping.content(store, edition.made)
    return replace(words.apply(made, edition.corrections), note=edition.note)


def draft(store: Store, brief: Brief, who: str, now: datetime) -> Edition:
    """Puts a facts-made brief on the desk. One that is there is made anew, with the corrections that still fit."""
    parts_of_id(brief.id)  # refuses a brief whose id could not be looked up again
    content = keeping.keep(store, brief)

    def once() -> Edition:
        edition = keeping.load(store, brief.id)
        if edition is None:
            audit.record(store, who, Action.BRIEF_MADE, brief.id, now)
            return keeping.create(store, life.made(brief.id, content, Outline.of(brief), who, now))
        if edition.made == content:
            return edition
        kept, lost = words.rebase(brief, edition.corrections)
        audit.record(store, who, Action.BRIEF_MADE, brief.id, now)
        return keeping.update(store, life.remade(edition, content, Outline.of(brief), kept, len(lost), who, now))

    return _again(once)


def edit(store: Store, id: str, change: Change, who: str, now: datetime) -> Edition:
    """Changes the 编者按 and texts.

    Raises ``Refused`` for a text that may not stand and ``Stale`` for one that somebody else changed first; then
    nothing at all is written.
    """

    def once() -> Edition:
        edition = there(store, id)
        if change.version not in (0, edition.version):
            raise Stale("这一期刚刚被别人改过，您的修改没有写入", f"重新读取第 {edition.version} 版后再改")
        made = keeping.content(store, edition.made)
        note = edition.note if change.note is None else _note(edition, change.note, made)
        asked = [(at, seen, _without_persons(new, seen)) for at, seen, new in change.texts]
        corrections = words.corrected(made, edition.corrections, asked)
        if len(corrections) > MAX_CORRECTIONS:
            raise Refused(f"更正太多：一期最多 {MAX_CORRECTIONS} 处", "数据有变化时请按最新数据重编")
        after = life.edited(edition, note, corrections, who, now)
        if after is edition:
            return edition
        audit.record(store, who, Action.BRIEF_EDITED, f"{id} {after.steps[-1].detail}", now)
        return keeping.update(store, after)

    return _again(once)


def review(store: Store, id: str, who: str, rule: Review, now: datetime, *, version: int = 0) -> Edition:
    """Marks the working copy as reviewed; raises ``DeskError`` where the rule does not allow it."""

    def once() -> Edition:
        edition = _seen(store, id, version)
        after = life.reviewed(edition, who, rule, now)
        audit.record(store, who, Action.BRIEF_REVIEWED, id, now)
        return keeping.update(store, after)

    return _again(once)


def drop(store: Store, id: str, who: str, now: datetime, *, version: int = 0) -> Edition:
    """Gives up what was changed since the last issue (or since the draft was made)."""

    def once() -> Edition:
        edition = _seen(store, id, version)
        audit.record(store, who, Action.BRIEF_EDITED, f"{id} 放弃修改", now)
        return keeping.update(store, life.dropped(edition, who, now))

    return _again(once)


def next_issue(store: Store, edition: Edition) -> Brief:
    """What an issue would be now: the working copy with revision and changes (and its number, where it has one)."""
    brief = working(store, edition)
    if not edition.revisions:
        return brief
    last = keeping.content(store, edition.revisions[-1].content)
    fresh = replace(brief, number=last.number, revision=edition.revision + 1)
    return replace(fresh, changes=changes.between(replace(last, revision=edition.revision), fresh))


def issue(
    store: Store, id: str, who: str, rule: Review, now: datetime, *, version: int = 0, send: bool = False
) -> Edition:
    """Issues the working copy, the first time or as 更正; ``send``: and orders its distribution in the same step.

    Of two at the same moment one issues; the other is told that there is nothing more to issue, or finds its own words
    issued already. Raises ``DeskError`` where the rule does not allow it.
    """
    wanted: list[str] = []

    def once() -> Edition:
        edition = _seen(store, id, version)
        last_issue = edition.revisions[-1] if edition.revisions else None
        if wanted and last_issue and (last_issue.content, last_issue.who) == (wanted[-1], who):
            return edition  # completed by whoever took the next number
        brief = next_issue(store, edition)
        last = keeping.content(store, edition.revisions[-1].content) if edition.revisions else None
        life.may_issue(edition, rule, changed=last is None or not changes.same(last, brief)).or_refuse()
        audit.record(store, who, Action.BRIEF_ISSUED, f"{id} 第{brief.revision}次" if edition.revisions else id, now)
        sending = sendings.order(store, edition, edition.revision + 1, who, now) if send else ""
        if last is None and brief.number is None and brief.kind in NUMBERED_BY_ORDER:
            brief, content = numbers.take(store, brief, sending, who, now)
        else:
            content = keeping.keep(store, brief)
        wanted.append(content)
        return keeping.update(store, life.issued(edition, content, Outline.of(brief), sending, who, now))

    return _again(once)


def send(store: Store, id: str, who: str, now: datetime, *, names: Sequence[str] = ()) -> Edition:
    """Orders the distribution of the last issue (again): to those of ``names`` (all) who have not had it.

    Whoever has it, or has it on the way, gets no second one; addresses that refused it are tried anew.
    """

    def once() -> Edition:
        edition = there(store, id)
        if not edition.revisions:
            raise DeskError("还没有签发，不能分送", "先签发这一期")
        audit.record(store, who, Action.BRIEF_SENT, f"{id} 第{edition.revision}次", now)
        ordered = sendings.order(store, edition, edition.revision, who, now, names=names)
        after = replace(edition, sendings=(*edition.sendings, ordered)) if ordered not in edition.sendings else edition
        return keeping.update(store, after.with_step(Act.SENT, who, now, "、".join(names)))

    return _again(once)


def issue_at_once(store: Store, brief: Brief, who: str, now: datetime) -> Edition:
    """Makes and issues without review; an unchanged brief is not issued twice, a changed one is a 更正."""
    edition = draft(store, brief, who, now)
    if edition.state is State.ISSUED and not edition.pending:
        return edition
    try:
        return issue(store, brief.id, who, "none", now)
    except DeskError:
        found = there(store, brief.id)
        if found.revisions:
            return found  # says the same as the last issue
        raise


def _note(edition: Edition, note: tuple[tuple[str, ...], tuple[str, ...]], made: Brief) -> tuple[str, ...]:
    seen, new = note
    if new == edition.note:
        return new
    if seen != edition.note:
        raise Stale(
            "编者按刚刚被别人改过，您的修改没有写入", "对照现在的编者按再改一次；您写的内容仍在下面",
            at="note", now_text="\n".join(edition.note), yours="\n".join(new),
        )  # fmt: skip
    if sum(map(len, new)) > MAX_NOTE or len(new) > MAX_PARAGRAPHS:
        raise Refused(f"编者按太长：最多 {MAX_PARAGRAPHS} 段、{MAX_NOTE} 字", "编者按宜短，细节写在正文或附件里")
    if any(map(words.unfit, new)):
        raise Refused("编者按不能含看不见的控制字符", "重新输入这一段，一段一行")
    strange = foreign("\n".join(new), made.figures())
    if strange:
        told = "、".join(strange[:5])
        raise Refused(
            f"编者按里的数字在本期数据中查不到：{told}",
            "只能引用本期出现的数字（连同单位），以及日期、时限、文号；其他数字请写明在数据源里再重编",
        )
    return tuple(_without_persons(paragraph, "") for paragraph in new)


def _without_persons(new: str, seen: str) -> str:
    """What a person types is kept without personal data (S2); words that stood there before stay as they are."""
    if words.unfit(new):
        return new  # is refused as it stands
    masked = new
    for span in reversed(redact(new, Kind.BOARD).spans):
        if new[span.begin : span.end] not in seen:
            masked = masked[: span.begin] + PLACEHOLDER[span.kind] + masked[span.end :]
    return masked


def _seen(store: Store, id: str, version: int) -> Edition:
    edition = there(store, id)
    if version not in (0, edition.version):
        raise Stale("这一期刚刚被别人改过，没有继续", "刷新后看过改动再操作")
    return edition


def there(store: Store, id: str) -> Edition:
    """The edition of an id; raises ``DeskError`` where there is none."""
    edition = keeping.load(store, id)
    if edition is None:
        raise DeskError(f"没有编号为“{id[:80]}”的专报", "用 yuqing brief list 查看")
    return edition


def _again(once: Callable[[], Edition]) -> Edition:
    for _ in range(_TRIES):
        try:
            return once()
        except StoreConflict:
            continue  # somebody else wrote at this very moment: look again
    raise StoreConflict("这一期正被多处同时修改", "稍后重试")
