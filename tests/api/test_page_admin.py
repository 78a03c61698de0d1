"""设置 and 审计 over HTTP: for administrators, secrets masked, every problem told, the chain proved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import App, open_app
from monitor.ops import audit, walls
from monitor.ops.audit import Action
from tests.api import district
from tests.api.client import Client, csrf_of, serving

SMTP = '[smtp]\nhost = "mail.example.invalid"\nuser = "desk"\npassword = "tr0ub4dor"\n[store]\nurl = "http://u:s3cret@es:9200"\n'
CHANNEL = '[[channel]]\nid = "wecom"\ntype = "wecom"\nurl = "https://qyapi.example.invalid/send?key=topsecret"\n'


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, int, district.Hands]]:
    clock = district.Hands()
    config = district.write_config(tmp_path_factory.mktemp("admin"), service=SMTP)
    (config / "alerts.toml").write_text(CHANNEL, encoding="utf-8")
    with open_app(config, clock) as app:
        app.store.init()
        district.fill(app, brief=False)
        with serving(app) as port:
            yield app, port, clock


@pytest.fixture
def boss(running: tuple[App, int, district.Hands]) -> Client:
    client = Client(running[1])
    assert client.sign_in("admin", district.PASSWORD).status == 303
    return client


@pytest.mark.parametrize("path", ["/settings", "/audit"])
@pytest.mark.parametrize("name", ["reader", "duty"])
def test_only_administrators_see_them(running: tuple[App, int, district.Hands], path: str, name: str) -> None:
    client = Client(running[1])
    client.sign_in(name, district.PASSWORD)
    reply = client.get(path)
    assert reply.status == 403 and "没有权限" in reply.text
    home = client.get("/").text
    assert f'href="{path}"' not in home and 'href="/topics"' in home


def test_every_value_has_words_and_an_origin_and_no_secret_is_told(
    boss: Client, running: tuple[App, int, object]
) -> None:
    page = boss.get("/settings").text
    for words in (
        "监听端口",
        "mail.example.invalid",
        "service.toml",
        "默认值",
        "已设置（不显示）",
        "示例新闻网",
        "专题：供水",
    ):
        assert words in page, words
    for secret in ("tr0ub4dor", "s3cret", "topsecret", running[0].keys.session.hex()):
        assert secret not in page


def test_the_check_tells_every_problem_and_changes_since_the_start(
    boss: Client, running: tuple[App, int, object]
) -> None:
    folder: Path = running[0].folder
    assert "配置没有问题" in boss.get("/settings?check=1").text
    service, brief = folder / "service.toml", folder / "brief.toml"
    before = service.read_text(encoding="utf-8")
    brief.write_text('unit = "区委宣传部"\n', encoding="utf-8")
    page = boss.get("/settings").text
    assert "启动以后改过 1 处" in page and "区委宣传部" in page and "编辑单位" in page
    service.write_text(before.replace("threads = 4", 'threads = "many"\nhots = 1'), encoding="utf-8")
    assert "仍按启动时的配置运行" in boss.get("/settings").text
    checked = boss.get("/settings?check=1").text
    assert "共 2 处问题" in checked and "是否想写 host" in checked and "应为整数" in checked
    service.write_text(before, encoding="utf-8")
    brief.unlink()
    assert "文件与正在使用的配置一致" in boss.get("/settings").text
    assert boss.get("/settings?check=2").status == 400


def test_an_administrator_lets_a_screen_in_and_takes_it_out(
    boss: Client, running: tuple[App, int, district.Hands]
) -> None:
    app, port, clock = running
    csrf = csrf_of(boss.get("/settings"))
    assert boss.post("/settings/walls", {"name": "大厅"}).status == 403, "without the token of the page"
    assert boss.post("/settings/walls", {"csrf": csrf, "name": "<b>"}).status == 400
    page = boss.post("/settings/walls", {"csrf": csrf, "name": "大厅"}).text
    code = re.search(r"code=([A-Z2-9-]{14})", page)
    assert code and code[1] not in boss.get("/settings").text, "shown once"
    screen = Client(port)
    form = screen.get(f"/wall/open?code={code[1]}")
    assert "大厅" in form.text and not walls.everyone(app.store), "reading the link changes nothing"
    assert screen.post("/wall/open", {"code": code[1]}).status == 403, "without the token of the form"
    reply = screen.post("/wall/open", {"csrf": csrf_of(form), "code": code[1].lower()})
    assert (reply.status, reply.headers["Location"]) == (303, "/wall")
    cookie = next(c for c in reply.headers.get_all("Set-Cookie") or [] if "yuqing_wall" in c)
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert screen.get("/wall").status == 200 and screen.get("/parts/wall").status == 200
    for elsewhere in ("/", "/alerts", "/settings"):
        assert screen.get(elsewhere).status == 303
    assert screen.get("/api/v1/alerts").status == 401
    again = Client(port)
    assert again.post("/wall/open", {"csrf": csrf_of(again.get("/wall/open")), "code": code[1]}).status == 400
    # Past every session, still on; then taken out.
    clock.now += timedelta(days=20)
    try:
        assert screen.get("/parts/wall").status == 200
        later = Client(port)
        later.sign_in("admin", district.PASSWORD)
        (wall,) = walls.everyone(app.store)
        gone = later.post(f"/settings/walls/{wall.id}/revoke", {"csrf": csrf_of(later.get("/settings"))})
        assert gone.status == 303
        told = screen.get("/parts/wall")
        assert told.status == 401 and told.headers["X-Wall"] == "revoked" and not told.body
        assert "不再是大屏" in screen.get("/wall").text
        assert later.post("/settings/walls/00000000/revoke", {"csrf": csrf_of(later.get("/settings"))}).status == 404
    finally:
        clock.now = district.NOW


def test_guessing_codes_is_slowed_down(running: tuple[App, int, district.Hands]) -> None:
    client = Client(running[1])
    form = csrf_of(client.get("/wall/open"))
    codes = [client.post("/wall/open", {"csrf": form, "code": "AAAA-BBBB-CCCC"}).status for _ in range(8)]
    assert codes[0] == 400 and codes[-1] == 429


def test_the_log_is_looked_through_by_who_what_and_day(boss: Client, running: tuple[App, int, district.Hands]) -> None:
    app, _, clock = running
    audit.record(app.store, "duty", Action.SILENCE, "供水 → 明天", clock.now - timedelta(days=3))
    audit.record(app.store, "duty", Action.ACKNOWLEDGE, "x", clock.now)
    found = boss.get("/audit?who=duty&action=silence").text
    assert "供水 → 明天" in found and "签收预警</td>" not in found and "设静默" in found
    assert "没有符合条件" in boss.get("/audit?who=nobody").text
    assert "没有符合条件" in boss.get("/audit?day=2025-01-01").text
    for wrong in ("day=yesterday", "action=x", "limit=5", "before=%00"):
        assert boss.get(f"/audit?{wrong}").status == 400
    csv = boss.get("/api/v1/exports/audit.csv?who=duty&action=silence").text
    assert csv.count("设静默") == 1 and "签收预警" not in csv


def test_the_chain_is_proved_on_request_and_a_change_is_seen(
    boss: Client, running: tuple[App, int, district.Hands]
) -> None:
    app = running[0]
    csrf = csrf_of(boss.get("/audit"))
    page = boss.post("/audit/verify", {"csrf": csrf})
    assert page.status == 200 and "记录完整" in page.text
    assert boss.get("/audit/verify").status == 405
    state = app.store.list_states(audit.STATE, prefix="c", limit=3)[2]
    app.store.replace(audit.STATE, state.id, {**state.doc, "who": "nobody"}, state.version)
    assert "记录不完整" in boss.post("/audit/verify", {"csrf": csrf}).text
