"""专报 · 改文字: every text of a brief is a place to click; figures stand locked between them.

Works without scripts (a passage opens as a page of its own) and with htmx (it opens in place). Nothing is lost where
two edit the same words: the second sees both versions and saves again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from flask import Blueprint, Response, redirect, request
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response as AnyResponse

from api import context
from api.auth.caller import required
from api.dashboard.page import page, query_of, render
from api.errors import Problem, not_found
from api.resources import briefs as brief_views
from api.resources.briefs import BriefRow
from monitor.briefs import desk
from monitor.briefs.desk import actions, keeping, texts
from monitor.briefs.desk.actions import Change
from monitor.briefs.desk.texts import Passage
from monitor.briefs.desk.types import DeskError, Edition, Stale
from monitor.briefs.types import Block, Brief, Bullets, Figure, Mark, Paragraph, Part, Table, words
from monitor.ops.people import Role

blueprint = Blueprint("brief_edit", __name__)


class EditPage(BaseModel, extra="forbid"):
    at: str = Field("", max_length=80)
    """The passage that is open."""
    view: Literal["open", "closed"] = "open"
    saved: Literal["", "yes", "note"] = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a passage. ``kind``: text, figure, mark or link; ``was``: the text before its correction."""

    kind: str
    text: str
    at: str = ""
    seen: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as the page has it; ``error`` and what stands beside it where a change was refused."""

    at: str
    pieces: tuple[Piece, ...]
    open: bool = False
    error: str = ""
    clash: str = ""

    @property
    def name(self) -> str:
        """An id for the page."""
        return "p-" + self.at.replace("/", "-")

    @property
    def editable(self) -> bool:
        return any(piece.kind == "text" for piece in self.pieces)


@blueprint.get("/briefs/<id>/edit")
@page(Role.DUTY)
def edit(id: str) -> str:
    query: EditPage = query_of(EditPage)
    edition = brief_views.there(id)
    if request.headers.get("HX-Request"):
        return _fragment(edition, _one(edition, query.at, is_open=query.view == "open"))
    return _whole(edition, query.at if query.view == "open" else "", saved=query.saved)


@blueprint.post("/briefs/<id>/edit")
@page(Role.DUTY)
def save(id: str) -> AnyResponse | str:
    """Saves one passage: fields ``new-N`` and ``seen-N`` of each of its texts."""
    edition = brief_views.there(id)
    at = request.form.get("at", "")[:80]
    passage = _passage(edition, at)
    changes = [
        (address, request.form.get(f"seen-{n}", ""), _line(request.form.get(f"new-{n}", "")))
        for n, (address, _) in enumerate(passage.texts()) if f"new-{n}" in request.form
    ]  # fmt: skip
    in_place = bool(request.headers.get("HX-Request"))
    try:
        after = desk.edit(
            context.store(), id, Change(texts=tuple(changes)), required(Role.DUTY).name, context.now()
        )  # fmt: skip
    except DeskError as error:
        shown = _refused(brief_views.there(id), at, changes, error)
        if in_place:
            return _fragment(edition, shown)
        status = 409 if isinstance(error, Stale) else 400
        return Response(_whole(edition, at, refused=shown), status=status, content_type="text/html; charset=utf-8")
    if in_place:
        return _fragment(after, _one(after, at))
    return redirect(f"/briefs/{id}/edit?saved=yes#p-{at.replace('/', '-')}", code=303)


@blueprint.post("/briefs/<id>/note")
@page(Role.DUTY)
def note(id: str) -> AnyResponse:
    """Saves the 编者按; a paragraph a line."""
    edition = brief_views.there(id)
    seen = _paragraphs(request.form.get("seen", ""))
    new = _paragraphs(request.form.get("note", ""))
    try:
        desk.edit(context.store(), id, Change(note=(seen, new)), required(Role.DUTY).name, context.now())
    except DeskError as error:
        clash = error.now_text if isinstance(error, Stale) else ""
        status = 409 if isinstance(error, Stale) else 400
        text = _whole(brief_views.there(edition.id), "", typed="\n".join(new), refusal=str(error), clash=clash)
        return Response(text, status=status, content_type="text/html; charset=utf-8")
    return redirect(f"/briefs/{id}/edit?saved=note#note", code=303)


def _whole(
    edition: Edition, at: str, *, saved: str = "", refused: Shown | None = None, typed: str | None = None,
    refusal: str = "", clash: str = "",
) -> str:  # fmt: skip
    brief = actions.working(context.store(), edition)
    made = texts.texts(keeping.content(context.store(), edition.made))
    shown = {p.at: _show(p, made, is_open=p.at == at) for p in texts.passages(brief)}
    if refused is not None:
        shown[refused.at] = refused
    upcoming = desk.next_issue(context.store(), edition).changes if edition.pending else ()
    return render(
        "brief_edit.html", "briefs", edition=edition, row=BriefRow.of(edition), brief=brief, shown=shown,
        sections=_sections(brief), saved=saved, typed=typed if typed is not None else "\n".join(edition.note),
        refusal=refusal, clash=clash, changes=upcoming,
    )  # fmt: skip


def _fragment(edition: Edition, shown: Shown) -> str:
    return render("parts/brief_passage.html", edition=edition, p=shown)


def _one(edition: Edition, at: str, *, is_open: bool = False) -> Shown:
    made = texts.texts(keeping.content(context.store(), edition.made))
    return _show(_passage(edition, at), made, is_open=is_open)


def _passage(edition: Edition, at: str) -> Passage:
    found = next((p for p in texts.passages(actions.working(context.store(), edition)) if p.at == at), None)
    if found is None:
        raise not_found("段落", "回到改文字的页面重新选择")
    return found


def _show(passage: Passage, made: dict[str, str], *, is_open: bool = False) -> Shown:
    pieces = tuple(_piece(part, f"{passage.at}/{i}", made) for i, part in enumerate(passage.parts))
    return Shown(passage.at, pieces, open=is_open)


def _piece(part: Part, at: str, made: dict[str, str]) -> Piece:
    if isinstance(part, str):
        was = made.get(at, part)
        return Piece("text", part, at, seen=part, was=was if was != part else "")
    kind = "figure" if isinstance(part, Figure) else "mark" if isinstance(part, Mark) else "link"
    return Piece(kind, words((part,)))


def _refused(edition: Edition, at: str, changes: list[tuple[str, str, str]], error: DeskError) -> Shown:
    """The form again with what was typed, and with what stands there now as what was seen."""
    shown, typed = _one(edition, at, is_open=True), {address: new for address, _, new in changes}
    pieces = tuple(
        Piece("text", typed.get(p.at, p.text), p.at, p.seen, p.was) if p.kind == "text" else p for p in shown.pieces
    )
    return Shown(at, pieces, open=True, error=str(error), clash=error.now_text if isinstance(error, Stale) else "")


def _sections(brief: Brief) -> list[dict[str, Any]]:
    """What the page walks through: sections, their blocks, and the addresses of the passages in them."""
    return [
        {"key": s.key, "title": s.title, "blocks": [_block(f"{s.key}/{n}", b) for n, b in enumerate(s.blocks)]}
        for s in brief.sections
    ]


def _block(at: str, block: Block) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"type": "paragraph", "at": at, "small": block.small}
    if isinstance(block, Bullets):
        return {"type": "bullets", "title": block.heading, "items": [f"{at}/{i}" for i in range(len(block.items))]}
    if isinstance(block, Table):
        rows = [[f"{at}/{r}/{c}" for c in range(len(row))] for r, row in enumerate(block.rows)]
        return {"type": "table", "title": block.title, "columns": block.columns, "rows": rows}
    return {"type": "picture", "title": block.title}


def _line(text: str) -> str:
    """A field's text on one line: a browser that wraps adds nothing to it."""
    return text.replace("\r", "").replace("\n", "")


def _paragraphs(text: str) -> tuple[str, ...]:
    if len(text) > 20_000:
        raise Problem(400, "bad_parameter", "参数有误", "编者按太长", hint="缩短后再试")
    return tuple(line.strip() for line in text.replace("\r", "").split("\n") if line.strip())
