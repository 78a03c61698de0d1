"""The life of a brief as pure rules: draft → reviewed → issued, again as 更正. Each gives an Edition or a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from monitor.briefs.desk.types import Act, Correction, DeskError, Edition, Outline, Revision, State

Review = Literal["none", "one", "two-persons"]


@dataclass(frozen=True, slots=True)
class May:
    """Whether a step may be taken now; ``why`` says why not."""

    ok: bool
    why: str = ""
    hint: str = ""

    def or_refuse(self) -> None:
        if not self.ok:
            raise DeskError(self.why, self.hint)


_YES = May(True)


def may_review(edition: Edition, who: str, rule: Review) -> May:
    """Of ``two-persons`` the reviewer is another than whoever last changed the words."""
    if rule == "none":
        return May(False, "本服务没有启用审核", '在 brief.toml 设 review = "one" 或 "two-persons" 后才需要审核')
    if edition.state is State.ISSUED:
        return May(False, "这一期已经签发", "修改后会成为更正的草稿，再审核")
    if edition.state is State.REVIEWED:
        return May(False, "这一稿已经审核过", "可以签发；再修改文字会回到草稿")
    if rule == "two-persons" and edition.editor == who:
        hint = '按 brief.toml 的 review = "two-persons"，请另一位值班或管理人员审核'
        return May(False, "修改文字的人不能审核自己的稿子", hint)
    return _YES


def may_issue(edition: Edition, rule: Review, *, changed: bool) -> May:
    """``changed``: whether the working copy says something else than the last issue."""
    if edition.revisions and not changed:
        return May(False, "与已签发的内容相同，没有可更正之处", "先修改文字，或按最新数据重编")
    if rule != "none" and edition.state is not State.REVIEWED:
        return May(False, "还没有审核", "先由值班或管理人员审核，再签发")
    return _YES


def made(id: str, content: str, outline: Outline, who: str, now: datetime) -> Edition:
    """A fresh draft."""
    return Edition(id=id, version=0, state=State.DRAFT, made=content, outline=outline).with_step(Act.MADE, who, now)


def remade(
    edition: Edition, content: str, outline: Outline, corrections: tuple[Correction, ...], lost: int, who: str,
    now: datetime,
) -> Edition:  # fmt: skip
    """The same issue from the facts as they are now, with the corrections that still fit."""
    told = f"更正 {lost} 处已对不上新文字，未沿用" if lost else ""
    fresh = replace(edition, made=content, corrections=corrections)
    if not edition.revisions:
        fresh = replace(fresh, outline=outline)
    fresh = replace(fresh, state=State.DRAFT if fresh.pending else State.ISSUED)
    return fresh.with_step(Act.REMADE, who, now, told)


def dropped(edition: Edition, who: str, now: datetime) -> Edition:
    """The working copy as it was last issued, or as the facts made it."""
    last = edition.revisions[-1] if edition.revisions else None
    if last is None:
        back = replace(edition, note=(), corrections=(), state=State.DRAFT)
    else:
        back = replace(
            edition, made=last.made, note=last.note, corrections=last.corrections, state=State.ISSUED
        )  # fmt: skip
    return back.with_step(Act.DROPPED, who, now)


def edited(
    edition: Edition, note: tuple[str, ...], corrections: tuple[Correction, ...], who: str, now: datetime
) -> Edition:
    """New words; a reviewed copy is a draft again. The same words change nothing."""
    if (note, corrections) == (edition.note, edition.corrections):
        return edition
    parts = ["编者按"] if note != edition.note else []
    parts += [f"更正共 {len(corrections)} 处"] if corrections != edition.corrections else []
    told = "，".join(parts)
    changed = replace(edition, note=note, corrections=corrections)
    state = State.DRAFT if changed.pending else State.ISSUED
    return replace(changed, state=state).with_step(Act.EDITED, who, now, told)


def reviewed(edition: Edition, who: str, rule: Review, now: datetime) -> Edition:
    may_review(edition, who, rule).or_refuse()
    return replace(edition, state=State.REVIEWED).with_step(Act.REVIEWED, who, now)


def issued(edition: Edition, content: str, outline: Outline, sending: str, who: str, now: datetime) -> Edition:
    """The working copy becomes the next issue; ``sending`` is the id of the sending it orders, empty for none."""
    revision = Revision(
        edition.revision + 1, content, now, who, edition.made, edition.note, edition.corrections
    )  # fmt: skip
    sendings = (*edition.sendings, sending) if sending and sending not in edition.sendings else edition.sendings
    after = replace(
        edition, state=State.ISSUED, revisions=(*edition.revisions, revision), sendings=sendings, outline=outline
    )
    return after.with_step(Act.ISSUED, who, now, f"第{revision.number}次（更正）" if revision.number > 1 else "")
