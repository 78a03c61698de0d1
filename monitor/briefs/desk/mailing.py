"""A mail of a brief, and the pass that sends them: the outbox of alerts with mails of its own.

Of a mail's notification ``alert_id`` is the content that is sent and ``notice`` what it is about and which formats are
attached.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.alerts.channels import Attachment, Channel, Message
from monitor.alerts.channels.email import EmailChannel
from monitor.alerts.outbox import Delivered, deliver
from monitor.alerts.types import Notification
from monitor.briefs import files, heads, pdf
from monitor.briefs.desk import keeping, receipts, sendings
from monitor.briefs.desk.sendings import CHANNEL, DRAFT, ISSUE, STATE_MAIL
from monitor.briefs.render import FORMATS
from monitor.briefs.types import Brief, Figure, Link, Mark, Paragraph, Parts, words
from monitor.settings import Settings
from monitor.store import Store

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def dispatch(settings: Settings, store: Store, key: bytes, now: datetime) -> Delivered:
    """Turns orders into mails and tries every mail that is due; harmless when repeated or done by two at once.

    ``key`` is the service's for sessions; it signs the link by which a recipient confirms to have read the brief.
    """
    sendings.expand(settings, store, now)
    smtp = settings.service.smtp
    if not smtp.host:
        return Delivered()
    return deliver(
        settings, store, {CHANNEL: _Patient(EmailChannel(smtp))}, now, kind=STATE_MAIL,
        message=_Writer(settings, store, key).message,
    )  # fmt: skip


class _Patient:
    """The mail channel, with the time that setting the documents may take: a claim must not run out meanwhile."""

    def __init__(self, inner: Channel) -> None:
        self._inner = inner
        self.longest_s = inner.longest_s + pdf.LIMIT_S

    def send(self, message: Message) -> None:
        self._inner.send(message)


@dataclass(slots=True)
class _Writer:
    """Writes the mails of one pass; documents are set once for all who get the same."""

    settings: Settings
    store: Store
    key: bytes
    _set: dict[tuple[str, str], bytes] = field(default_factory=dict)
    _briefs: dict[str, Brief] = field(default_factory=dict)

    def message(self, mail: Notification, public_url: str) -> Message:
        what, formats = mail.notice or (ISSUE, "")
        content = mail.alert_id
        if content not in self._briefs:
            self._briefs[content] = keeping.content(self.store, content)
        brief = self._briefs[content]
        attached, missing = self._attachments(content, brief, tuple(filter(None, formats.split(","))))
        link = (
            receipts.link(self.key, brief.id, mail, public_url) if what == ISSUE else f"{public_url}/briefs/{brief.id}"
        )
        values = _values(brief, what, link, [a.name for a in attached], missing, self.settings.brief.remind_min)
        return Message(
            id=mail.message_id, to=mail.to, subject=values["subject"], created=mail.created, event=mail.event,
            alert=None,
            text=_environment().get_template("mail.txt").render(values),
            html=_environment().get_template("mail.html").render(values), attachments=attached,
        )  # fmt: skip

    def _attachments(self, content: str, brief: Brief, formats: tuple[str, ...]) -> tuple[tuple[Attachment, ...], str]:
        made, missing = [], ""
        for wanted in formats:
            format = wanted
            try:
                data = self._document(content, brief, format)
            except pdf.PdfFailed:
                # A brief that cannot be set as PDF is still to be read in time.
                missing, format = "PDF 未能生成，改附网页版；管理员可运行 yuqing check 查看原因。", "html"
                data = self._document(content, brief, format)
            made.append(Attachment(files.title(brief, format), files.MEDIA[format], data))
        return tuple({a.name: a for a in made}.values()), missing

    def _document(self, content: str, brief: Brief, format: str) -> bytes:
        known = self._set.get((content, format))
        if known is None:
            known = self._set[content, format] = FORMATS[format](brief, self.settings.public_url)
        return known


def _values(brief: Brief, what: str, link: str, attached: list[str], missing: str, remind_min: int) -> dict[str, Any]:
    name = f"{''.join(heads.masthead(brief))}{brief.issue}"
    mark = "更正" if brief.revision > 1 else "专报"
    word = ""
    if what != ISSUE:
        mark = "待审" if what == DRAFT else "催办"
        word = "草稿已编好，审核并签发后才会分送。"
        if what != DRAFT:
            word = f"草稿编好已超过{remind_min}分钟，仍未签发；服务不会代为签发。"
    overview = next((s.blocks for s in brief.sections if s.key == "overview"), ())
    first = next((b.parts for b in overview if isinstance(b, Paragraph) and not b.small), ())
    return {
        "brief": brief,
        "subject": f"【{mark}】{name}（{brief.day.month}月{brief.day.day}日）",
        "day": heads.whole_day(brief.day),
        "period": heads.period(brief),
        "name": "".join(heads.masthead(brief)),
        "word": word,
        "lead_name": brief.lead_title,
        "overview": first,
        "files": attached,
        "missing": missing,
        "link": link,
        "button": "打开专报并确认已阅" if what == ISSUE else "打开草稿",
        "foot": "本邮件由舆情监测服务发出，请勿回复；打开链接需要登录。",
    }


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters["words"] = _words
    for kind in (Figure, Link, Mark):
        made.tests[kind.__name__.lower()] = lambda value, kind=kind: isinstance(value, kind)
    return made


def _words(parts: Parts) -> str:
    """Parts as running text; a mark stands in brackets."""
    return words(tuple(replace(p, text=f"〔{p.text}〕") if isinstance(p, Mark) else p for p in parts))
