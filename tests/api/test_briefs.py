"""Briefs over real HTTP: the archive, four formats, the desk, and everything that must not get through."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from monitor.app import App, open_app
from monitor.briefs import archive
from monitor.briefs.desk import mailing
from monitor.ops import audit, people
from monitor.ops.people import Role
from tests.alerts.sink import Sink, smtp_sink
from tests.api import district
from tests.api.client import Client, Reply, csrf_of, serving

ID = "daily.2026-11-21"
PATH = f"/api/v1/briefs/{ID}"
BRIEF_TOML = """
review = "two-persons"
editors = ["desk@example.org"]
[[distribution]]
name = "区委办公室"
to = ["office@example.org"]
formats = []
"""
TRICKS = (
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "daily.2026-11-21/../../x", "daily.2026-11-21%00", "%2e%2e",
    "daily.2026-11-21.pdf", "daily.%EF%BC%92026-11-21", "%ff%fe", "%C0%AE%C0%AE", "daily.2026-13-45", "x" * 4000,
    "%E2%80%AEdaily.2026-11-21", "daily.2026-11-21;ls", "$(id)", "DAILY.2026-11-21", "topic.../.2026-11-21",
    "C:%5Cwindows", "daily.2026-11-21%0d%0aX:%20y", "daily.2026-11-21%20",
)  # fmt: skip


@dataclass
class Desk:
    """A service of its own, whose brief may be changed."""

    app: App
    sink: Sink
    port: int
    reader: Client
    duty: Client
    admin: Client

    def state(self) -> Any:
        return self.duty.get(f"{PATH}/desk").json()

    def person(self, name: str) -> Client:
        client = Client(self.port)
        assert client.sign_in(name, district.PASSWORD).status == 303
        return client


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a filled district, to be copied: filling one takes longer than most tests."""
    folder = tmp_path_factory.mktemp("filled")
    with district.opened(folder, district.Hands()) as app:
        district.fill(app)
    return folder / "data"


@pytest.fixture
def desk(tmp_path: Path, filled: Path) -> Iterator[Desk]:
    shutil.copytree(filled, tmp_path / "data")
    with smtp_sink() as sink:
        smtp = f'[smtp]\nhost = "127.0.0.1"\nport = {sink.port}\nsender = "yuqing@example.org"\n'
        config = district.write_config(tmp_path, service=smtp)
        (config / "brief.toml").write_text(BRIEF_TOML, encoding="utf-8")
        with open_app(config, district.Hands()) as app, serving(app) as port:
            until = district.NOW + timedelta(days=1)
            made = [Client(port, people.add_token(app.store, r.value, "t", r, until, district.NOW)) for r in Role]
            yield Desk(app, sink, port, *made)


def put(client: Client, path: str, data: Any) -> Reply:
    return client.request("PUT", path, data=data)


def text_at(state: Any, containing: str) -> dict[str, str]:
    found: dict[str, str] = next(t for t in state["texts"] if containing in t["text"])
    return found


# Reading


@pytest.mark.parametrize("trick", TRICKS, ids=[t[:24] for t in TRICKS])
@pytest.mark.parametrize("tail", ["", "/document?format=docx", "/desk"])
def test_no_trick_in_an_id_reads_or_breaks_anything(duty: Client, trick: str, tail: str) -> None:
    reply = duty.get(f"/api/v1/briefs/{trick}{tail}")
    assert reply.status in (400, 404), reply.status
    assert "root:" not in reply.text and "Traceback" not in reply.text and "X" not in reply.headers


def test_each_format_has_its_type_its_name_and_an_etag(reader: Client, app: App) -> None:
    types = {
        "html": "text/html; charset=utf-8", "json": "application/json", "pdf": "application/pdf",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }  # fmt: skip
    begins = {"html": b"<!doctype html>", "json": b"{", "pdf": b"%PDF", "docx": b"PK"}
    with contextlib.suppress(TimeoutError):  # on a busy machine it takes longer than a reader waits, and is kept
        reader.get(f"{PATH}/document?format=pdf&download=true")
    for format, media in types.items():
        reply = reader.get(f"{PATH}/document?format={format}&download=true")
        assert reply.status == 200 and reply.headers["Content-Type"] == media
        assert reply.body.startswith(begins[format])
        disposition = reply.headers["Content-Disposition"]
        assert f'filename="daily-2026-11-21.{format}"' in disposition
        assert f"filename*=UTF-8''{quote(f'示例区每日舆情专报〔2026〕第325期.{format}')}" in disposition
        again = reader.get(f"{PATH}/document?format={format}&download=true", If_None_Match=reply.headers["ETag"])
        assert again.status == 304 and not again.body
    assert "Content-Disposition" not in reader.get(f"{PATH}/document").headers
    assert [e.action for e in audit.read(app.store, limit=5)].count(audit.Action.EXPORT) >= 4


def test_the_word_file_is_whole_and_names_no_person(reader: Client) -> None:
    reply = reader.get(f"{PATH}/document?format=docx")
    with zipfile.ZipFile(io.BytesIO(reply.body)) as parts:
        assert parts.testzip() is None
        told = "".join(parts.read(n).decode("utf-8", "ignore") for n in parts.namelist() if n.endswith(".xml"))
    assert "每日舆情专报" in told and "service</" not in told


def test_a_pdf_that_cannot_be_set_is_said_with_what_to_do(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weasyprint.py").write_text("raise ImportError('no Pango here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    reply = desk.reader.get(f"{PATH}/document?format=pdf")
    assert reply.status == 503 and reply.json()["type"] == "/problems/pdf_failed"
    assert "libpango" in reply.json()["hint"] and reply.headers["Retry-After"] == "30"
    assert desk.reader.get(f"{PATH}/document?format=html").status == 200


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("kind=hourly", "kind"), ("month=2026-13", "month"), ("month=2026-1", "month"), ("limit=0", "limit"),
     ("before=%00", "before"), ("state=drafts", "state"), ("format=exe", "format")],
)  # fmt: skip
def test_wrong_parameters_are_named(duty: Client, query: str, wrong: str) -> None:
    path = f"{PATH}/document" if wrong == "format" else "/api/v1/briefs"
    reply = duty.get(f"{path}?{query}")
    assert reply.status == 400 and reply.json()["problems"][0]["parameter"].startswith(wrong)


def test_the_archive_is_filtered_and_paged(desk: Desk) -> None:
    day = district.NOW.date() - timedelta(days=1)
    for back in (1, 2, 3):
        desk.duty.post("/api/v1/briefs", data={"kind": "daily", "day": (day - timedelta(days=back)).isoformat()})
    made = desk.duty.post("/api/v1/briefs", data={"kind": "topic", "day": day.isoformat(), "subject": "供水"})
    assert made.status == 200 and made.json()["row"]["id"].startswith("topic.")
    assert len(desk.reader.get("/api/v1/briefs").json()["items"]) == 1, "drafts are for the desk only"
    assert desk.reader.get("/api/v1/briefs?state=all").status == 403
    first = desk.duty.get("/api/v1/briefs?state=all&limit=3").json()
    rest = desk.duty.get(f"/api/v1/briefs?state=all&limit=3&before={first['next']}").json()
    ids = [r["id"] for r in first["items"] + rest["items"]]
    assert len(ids) == len(set(ids)) == 5 and rest["next"] is None
    topics = desk.duty.get("/api/v1/briefs?state=all&kind=topic").json()["items"]
    assert [(r["subject"], r["state"], r["issued"]) for r in topics] == [("供水", "draft", None)]
    assert len(desk.duty.get("/api/v1/briefs?state=all&month=2026-11-20").json()["items"]) == 1


# At the desk


def test_words_are_corrected_reviewed_issued_and_the_first_issue_is_still_to_be_read(desk: Desk) -> None:
    state = desk.state()
    place = text_at(state, "当日采集到")
    new = place["text"].replace("采集到", "共采集到")
    body = {"version": state["version"], "note": ["请尽快答复。"],
            "texts": [{"at": place["at"], "old": place["text"], "new": new}]}  # fmt: skip
    after = put(desk.duty, f"{PATH}/words", body).json()
    assert after["pending"] and after["row"]["state"] == "draft" and "还没有审核" in after["why_not"]
    version = after["version"]
    refused = desk.duty.post(f"{PATH}/review", data={"version": version})
    assert refused.status == 409 and "不能审核自己的稿子" in refused.json()["detail"]
    assert desk.duty.post(f"{PATH}/issue", data={"version": version}).status == 409
    version = desk.admin.post(f"{PATH}/review", data={"version": version}).json()["version"]
    issued = desk.duty.post(f"{PATH}/issue", data={"version": version}).json()
    assert issued["row"]["revision"] == 2 and not issued["pending"]
    shown = desk.reader.get(PATH).json()
    assert shown["brief"]["note"] == ["请尽快答复。"] and len(shown["revisions"]) == 2
    assert shown["brief"]["number"] == 325 and "共采集到" in json.dumps(shown["brief"], ensure_ascii=False)
    first = desk.reader.get(f"{PATH}?revision=1").json()["brief"]
    assert first["note"] == [] and "共采集到" not in json.dumps(first, ensure_ascii=False)
    assert desk.reader.get(f"{PATH}?revision=9").status == 404
    who = [(e.action.value, e.who) for e in audit.read(desk.app.store) if e.action.value.startswith("brief_")]
    assert who[:3] == [("brief_issued", "duty"), ("brief_reviewed", "admin"), ("brief_edited", "duty")]


def test_a_figure_cannot_be_changed_by_any_request(desk: Desk) -> None:
    state = desk.state()
    place = text_at(state, "当日采集到")
    section, block, part = place["at"].split("/")
    before = desk.reader.get(PATH).json()["brief"]
    attempts = [
        {"at": f"{section}/{block}/{int(part) + 1}", "old": "5", "new": "6"},
        {"at": place["at"], "old": place["text"], "new": place["text"] + "15件，其中"},
        {"at": place["at"], "old": place["text"], "new": place["text"] + "十五件，其中"},
        {"at": "lead", "old": "", "new": "x"}, {"at": "../lead/0", "old": "", "new": "x"},
    ]  # fmt: skip
    for attempt in attempts:
        reply = put(desk.duty, f"{PATH}/words", {"version": state["version"], "texts": [attempt]})
        assert reply.status == 400 and reply.json()["type"] == "/problems/brief_text_refused", attempt
    for body in ({"version": state["version"], "figures": [{"value": 6}]}, {"version": state["version"], "brief": {}}):
        assert put(desk.duty, f"{PATH}/words", body).status == 400
    assert desk.reader.get(PATH).json()["brief"] == before and not desk.state()["pending"]


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(desk: Desk) -> None:
    state = desk.state()
    place = text_at(state, "当日采集到")

    def body(new: str) -> dict[str, object]:
        return {"version": state["version"], "texts": [{"at": place["at"], "old": place["text"], "new": new}]}

    assert put(desk.duty, f"{PATH}/words", body("当日共收到群众留言")).status == 200
    second = put(desk.admin, f"{PATH}/words", body("本日收到群众留言"))
    assert second.status == 409 and "被别人改过" in second.json()["detail"]
    assert text_at(desk.state(), "共收到")["at"] == place["at"]


def test_readers_cannot_touch_and_forms_without_their_mark_do_nothing(desk: Desk) -> None:
    calls = [
        ("POST", "/api/v1/briefs", {"kind": "daily", "day": "2026-11-20"}), ("GET", f"{PATH}/desk", None),
        ("PUT", f"{PATH}/words", {"version": 1}), ("POST", f"{PATH}/review", {"version": 1}),
        ("POST", f"{PATH}/issue", {"version": 1}), ("POST", f"{PATH}/drop", {"version": 1}),
        ("POST", f"{PATH}/send", {}), ("GET", f"{PATH}/receipts", None),
        ("POST", "/api/v1/briefs/preview", {"kind": "daily", "day": "2026-11-20"}),
        ("GET", f"{PATH}/document?draft=true", None),
    ]  # fmt: skip
    person = desk.person("duty")
    for method, path, data in calls:
        assert desk.reader.request(method, path, data=data).status == 403, path
        assert Client(desk.port).request(method, path, data=data).status == 401, path
        if method != "GET":
            assert person.request(method, path, data=data).status == 403, f"{path} without a CSRF token"
    for form in ("edit", "note", "review", "issue", "drop", "send", "remake", "read"):
        assert person.post(f"/briefs/{ID}/{form}", {"version": "1"}).status == 403
    assert len(archive.list_issued(desk.app.store)) == 1 and not desk.state()["pending"]


def test_a_preview_is_whole_and_keeps_nothing(desk: Desk) -> None:
    day = (district.NOW.date() - timedelta(days=2)).isoformat()
    shown = desk.duty.post("/api/v1/briefs/preview", data={"kind": "weekly", "day": day}).json()["brief"]
    assert shown["kind"] == "weekly" and shown["sections"]
    assert desk.duty.get(f"/api/v1/briefs/{shown['id']}").status == 404
    wrong = desk.duty.post("/api/v1/briefs/preview", data={"kind": "topic", "day": day, "subject": "没有这个"})
    assert wrong.status == 400 and "没有专题" in wrong.json()["detail"]
    future = desk.duty.post("/api/v1/briefs", data={"kind": "daily", "day": "2099-01-01"})
    assert future.status == 400 and "还没有开始" in future.json()["detail"]


def test_a_brief_is_sent_its_receipt_shown_and_the_link_in_the_mail_confirms_it(desk: Desk) -> None:
    assert desk.duty.post(f"{PATH}/send", data={"names": ["不在单上"]}).status == 400
    queued = desk.duty.post(f"{PATH}/send", data={}).json()
    assert queued["waiting"] and queued["items"] == []
    mailing.dispatch(desk.app.settings, desk.app.store, desk.app.keys.session, district.NOW)
    assert desk.sink.recipients == ["office@example.org"]
    body = desk.sink.mails[0].get_body(("plain",))
    assert body is not None
    link = urlsplit(next(w for w in body.get_content().replace("：", " ").split() if "/read?mail=" in w))
    leader = desk.person("reader")
    page = leader.get(f"{link.path}?{link.query}")
    assert page.status == 200 and "确认已阅" in page.text
    wrong = leader.get(f"{link.path}?{link.query[:-4]}0000")
    assert wrong.status == 200 and "确认链接不对" in wrong.text and 'action="/briefs' not in wrong.text
    fields = dict(pair.split("=") for pair in link.query.split("&"))
    form = {
        "csrf": csrf_of(page),
        "mail": fields["mail"].replace("%2F", "/").replace("%2B", "+"),
        "sign": fields["sign"],
    }
    assert leader.post(f"/briefs/{ID}/read", form | {"sign": "0" * 32}).status == 404
    assert leader.post(f"/briefs/{ID}/read", form).status == 303
    [receipt] = desk.duty.get(f"{PATH}/receipts").json()["items"]
    assert (receipt["state"], receipt["reader"]) == ("accepted", "reader") and receipt["read"]
    told = json.dumps([e.target for e in audit.read(desk.app.store)])
    assert fields["sign"] not in told, "a signature in the log would be a key lying about"


# The pages


def test_a_clerk_edits_in_the_page_without_scripts_and_issues_after_a_review(desk: Desk) -> None:
    clerk = desk.person("duty")
    page = clerk.get(f"/briefs/{ID}/edit")
    assert "数字由数据得出，不可改" in page.text and page.text.count("<textarea") == 1, "only the note is open"
    opened = clerk.get(f"/briefs/{ID}/edit?at=overview/0")
    seen = text_at(desk.state(), "当日采集到")["text"]
    form = {
        "csrf": csrf_of(opened),
        "at": "overview/0",
        "seen-0": seen,
        "new-0": seen.replace("采集到", "共\r\n采集到"),
    }
    saved = clerk.post(f"/briefs/{ID}/edit", form)
    assert saved.status == 303 and saved.headers["Location"].endswith("#p-overview-0")
    assert "当日共采集到" in clerk.get(f"/briefs/{ID}/edit").text
    clash = clerk.post(f"/briefs/{ID}/edit", form | {"new-0": "本日采集到群众留言"})
    assert clash.status == 409 and "本日采集到群众留言" in clash.text and "现在这里是" in clash.text
    smuggled = clerk.post(f"/briefs/{ID}/edit", form | {"seen-0": seen.replace("采", "共采"), "new-0": "共99件"})
    assert smuggled.status == 400 and "不能新写数字：99" in smuggled.text and "共99件" in smuggled.text
    note = clerk.post(f"/briefs/{ID}/note", {"csrf": form["csrf"], "seen": "", "note": "受影响3000户。"})
    assert note.status == 400 and "受影响3000户。" in note.text
    chief = desk.person("admin")
    page = chief.get(f"/briefs/{ID}?show=draft")
    assert "审核通过并签发" in page.text and "确认签发" not in page.text
    version = str(desk.state()["version"])
    assert chief.post(f"/briefs/{ID}/review", {"csrf": csrf_of(page), "version": version}).status == 303
    page = clerk.get(f"/briefs/{ID}?show=draft")
    assert "确认签发" in page.text and "1 个地址" in page.text
    stale = clerk.post(f"/briefs/{ID}/issue", {"csrf": csrf_of(page), "version": version})
    assert stale.status == 409 and "被别人改过" in stale.text
    now = {"csrf": csrf_of(page), "version": str(desk.state()["version"]), "send": "yes"}
    assert clerk.post(f"/briefs/{ID}/issue", now).headers["Location"] == f"/briefs/{ID}?done=issued-sent"
    mailing.dispatch(desk.app.settings, desk.app.store, desk.app.keys.session, district.NOW)
    assert [m["Subject"][:4] for m in desk.sink.mails] == ["【更正】"]
    assert "已送达" in clerk.get(f"/briefs/{ID}/receipts").text


def test_whoever_did_not_write_reviews_and_issues_in_one_step_and_whoever_did_does_not(desk: Desk) -> None:
    clerk, chief = desk.person("duty"), desk.person("admin")
    page = clerk.get(f"/briefs/{ID}/edit")
    clerk.post(f"/briefs/{ID}/note", {"csrf": csrf_of(page), "seen": "", "note": "请尽快答复。"})
    form = {"version": str(desk.state()["version"]), "review": "yes"}
    own = clerk.post(f"/briefs/{ID}/issue", form | {"csrf": csrf_of(page)})
    assert own.status == 409 and "不能审核自己的稿子" in own.text and desk.state()["pending"]
    page = chief.get(f"/briefs/{ID}?show=draft")
    assert chief.post(f"/briefs/{ID}/issue", form | {"csrf": csrf_of(page)}).status == 303
    assert desk.state()["row"]["revision"] == 2 and not desk.state()["pending"]


def test_a_reader_sees_the_brief_and_nothing_of_the_desk(desk: Desk) -> None:
    reader = desk.person("reader")
    page = reader.get(f"/briefs/{ID}").text
    assert "下载" in page and "编审" not in page and "分送回执" not in page and "谁在什么时候" not in page
    assert reader.get(f"/briefs/{ID}/edit").status == 403 and reader.get("/briefs/new").status == 403
    draft = desk.duty.post("/api/v1/briefs", data={"kind": "daily", "day": "2026-11-20"}).json()["row"]["id"]
    assert reader.get(f"/briefs/{draft}").status == 404 and draft not in reader.get("/briefs").text
    assert desk.person("duty").get(f"/briefs/{draft}").status == 200


def test_a_brief_is_made_on_the_page_and_made_anew_with_nothing_changed(desk: Desk) -> None:
    clerk = desk.person("duty")
    form = {"csrf": csrf_of(clerk.get("/briefs/new")), "kind": "topic", "day": "2026-11-21", "subject-topic": "供水"}
    made = clerk.post("/briefs/new", form)
    assert made.status == 303 and "topic." in made.headers["Location"] and "done=made" in made.headers["Location"]
    path = urlsplit(made.headers["Location"]).path
    again = clerk.post(f"{path}/remake", {"csrf": form["csrf"]})
    assert again.headers["Location"].endswith("done=same")
    wrong = clerk.post("/briefs/new", form | {"day": "next week"})
    assert wrong.status == 400 and "参数有误" in wrong.text


@pytest.mark.parametrize(
    "query", ["kind=x", "month=abc", "day=2026-02-31", "before=%ff", "unknown=1", "day=" + "9" * 999]
)
def test_a_wrong_search_of_the_archive_is_explained(duty: Client, query: str) -> None:
    reply = duty.get(f"/briefs?{query}")
    assert reply.status == 400 and ("参数有误" in reply.text or "查询条件有误" in reply.text)


def test_a_document_is_set_once_for_many_readers_and_the_same_bytes(reader: Client) -> None:
    first, second = (reader.get(f"{PATH}/document?format=docx").body for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
