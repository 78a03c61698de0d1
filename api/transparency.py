"""The public page (S7): what is collected and what never, why, for how long, and who to ask. Needs no sign-in.

It is the same for everybody, sets no cookie and may be kept by any cache for five minutes. What it says about posts
comes from ``tally.steady``, so that reading it again and again tells nothing more (S3).
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, render_template, request

from api import context, public_words
from monitor.briefs import models
from monitor.disclosure import BASE, THRESHOLD
from monitor.errors import StoreUnavailable
from monitor.model import Kind
from monitor.ops import reasons, retention, tally

blueprint = Blueprint("transparency", __name__)
KEEP_S = 300


@blueprint.get("/transparency")
def page() -> Response:
    text = render_template(
        "transparency.html", facts=facts(), caller=None, district=context.settings().district.name, now=context.now()
    )
    return _kept(text, "text/html; charset=utf-8")


@blueprint.get("/transparency.json")
def page_json() -> Response:
    return _kept(json.dumps(facts(), ensure_ascii=False), "application/json")


def facts() -> dict[str, Any]:
    """Everything the page says, as JSON. What only the store knows is null while it is away."""
    settings = context.settings()
    service, days = settings.service, settings.service.retention.post_days
    kept, dropped, prune, away = None, None, None, False
    try:
        samples = [s for s in tally.steady(context.store()) if s.name == "intake_decisions"]
        kept, dropped = _decided(samples, "keep"), _decided(samples, "drop")
        prune = _last_prune()
    except StoreUnavailable:
        away = True
    return {
        "service": f"{settings.district.name}舆情监测服务",
        "operator": settings.brief.unit,
        "contact": service.public.contact or service.crawl.contact,
        "complaint": service.public.complaint,
        "basis": service.public.basis,
        "answer_days": service.public.answer_days,
        "purpose": public_words.PURPOSE,
        "collected": [
            {"kind": kind, "name": name, "kept": held, "shown": shown,
             "retention": term or f"文字 {days} 天，汇总数字长期"}
            for kind, name, held, shown, term in public_words.COLLECTED
        ],
        "never": list(public_words.NEVER),
        "promises": [{"name": name, "how": how} for name, how in public_words.PROMISES],
        "topics": [{"name": t.name, "department": t.department} for t in settings.topics.topic],
        "sources": _sources(),
        "retention": {"post_days": days, "last_prune": prune},
        "disclosure": {"threshold": THRESHOLD, "rounded_to": BASE},
        "kept": kept,
        "dropped": dropped,
        "models": _models(service.analysis.sentiment),
        "automatic": list(public_words.AUTOMATIC),
        "withdrawn": public_words.WITHDRAWN,
        "rights": list(public_words.RIGHTS),
        "store_away": away,
    }  # fmt: skip


def _models(sentiment: str) -> list[dict[str, Any]]:
    """The models in use, with their measured accuracy."""
    notes = (*models.notes(sentiment), models.redaction())
    return [
        {"task": note.task, "engine": note.engine, "version": note.version, "measured": note.measured}
        for note in notes
        if note is not None
    ]


def _sources() -> list[dict[str, Any]]:
    """The sources that are read, by kind."""
    order = list(Kind)
    enabled = sorted((s for s in context.settings().sources.source if s.enabled), key=lambda s: order.index(s.kind))
    return [
        {"name": s.name, "kind": s.kind.value, "url": s.url, "imported": s.adapter == "import",
         "purpose": s.purpose or public_words.WHY[s.kind.value]}
        for s in enabled
    ]  # fmt: skip


def _decided(samples: list[tally.Sample], verdict: str) -> list[dict[str, Any]]:
    """Texts that intake kept or did not keep, by kind and reason; those about posts rounded, small ones left out."""
    return [
        {
            "kind": sample.labels["kind"],
            "reason": sample.labels["reason"],
            "reason_text": reasons.chinese(sample.labels["reason"]),
            "count": sample.value,
            "rounded": sample.rounded,
        }
        for sample in samples
        if sample.labels.get("verdict") == verdict
    ]


def _last_prune() -> dict[str, Any] | None:
    """The last prune as it was written down, and whether it holds when looked at now."""
    prune = retention.last_prune(context.store())
    if prune is None:
        return None
    before = datetime.fromisoformat(str(prune["before"]))
    return {"audit": None, **prune, "holds": retention.holds(context.store(), before)}


def _kept(body: str, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    response.headers["Cache-Control"] = f"public, max-age={KEEP_S}"
    response.headers["Vary"] = "Accept-Encoding"
    response.make_conditional(request)
    return response
