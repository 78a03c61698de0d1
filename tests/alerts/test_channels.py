"""Group robots and webhooks over real HTTP: signed, bounded, refused, busy, slow, moved, and never telling a secret."""

from __future__ import annotations

import json
import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts.book import AlertBook
from monitor.alerts.channels import build
from monitor.alerts.channels.base import ChannelAway, Message
from monitor.alerts.channels.chat import DingTalk, WeCom
from monitor.alerts.channels.trial import NoSuchChannel, try_channel
from monitor.alerts.tick import tick
from monitor.alerts.types import Event, NotificationState
from monitor.errors import NotificationFailed
from monitor.model import Kind
from monitor.settings.channels import Channel
from monitor.settings.rules import across
from tests.alerts.desk import NOON, Writer, burst, fill, settings_of
from tests.alerts.platforms import SECRET, platforms
from tests.alerts.sink import smtp_sink

MINUTE = timedelta(minutes=1)
ROBOTS = ("wecom", "dingtalk", "feishu")
ALL = (*ROBOTS, "webhook")
PLAIN = Message(
    id="0123456789abcdef@example.org", to="", subject="【测试】示例", text="第一行\n第二行 https://yuqing.example.org/a\n",
    html="<p></p>", created=NOON, event=Event.TEST, alert=None,
)  # fmt: skip


@pytest.fixture
def site():
    with platforms() as running:
        yield running


def channel_of(site, platform, token="good", timeout_s=2.0):
    secret = "" if platform == "wecom" else SECRET
    return {"id": platform, "type": platform, "url": site.url(platform, token), "secret": secret,
            "timeout_s": timeout_s}  # fmt: skip


def settings_with(tmp_path, *channels):
    return settings_of(tmp_path, alerts={"channel": list(channels)})


def one(settings):
    [channel] = build(settings).values()
    return channel


def spiking(store, **more):
    writer = Writer()
    fill(store, writer.history(NOON), burst(writer, NOON, **more))
    return store


def notifications(store):
    [alert] = AlertBook(store).list()
    return AlertBook(store).notifications(alert.id)


@pytest.mark.parametrize("platform", ALL)
def test_an_alert_arrives_on_every_platform_with_its_signature(tmp_path, store, site, platform):
    report = tick(settings_with(tmp_path, channel_of(site, platform)), spiking(store), NOON)
    assert len(report.sent) == 1 and len(site.taken) == 1
    told = json.dumps(site.taken[0][1], ensure_ascii=False)
    assert "供水" in told and "https://yuqing.example.org/alerts/" in told
    assert "小区停水" not in told, "the text of a post has no place in a message"


@pytest.mark.parametrize("platform", ALL)
def test_figures_of_posts_leave_rounded_and_never_exact(tmp_path, store, site, platform):
    writer = Writer()
    fill(store, writer.history(NOON), burst(writer, NOON, n=42), writer.many(Kind.BOARD, 7, NOON - 50 * MINUTE))
    tick(settings_with(tmp_path, channel_of(site, platform)), store, NOON)
    told = json.dumps([body for _, body in site.taken], ensure_ascii=False)
    assert ("约40条" in told or '"value": 40' in told) and "42条" not in told and "49条" not in told


@pytest.mark.parametrize(
    ("platform", "token", "hint"),
    [
        ("wecom", "gone", "重新添加"),
        ("dingtalk", "gone", "重新复制"),
        ("feishu", "gone", "重新复制"),
        ("webhook", "gone", "url"),
    ],
)
def test_an_address_that_is_gone_is_a_lasting_refusal_with_what_to_do(tmp_path, store, site, platform, token, hint):
    tick(settings_with(tmp_path, channel_of(site, platform, token)), spiking(store), NOON)
    [failed] = notifications(store)
    assert failed.state is NotificationState.FAILED_PERMANENTLY
    assert hint in failed.error
    assert "gone" not in failed.error and str(site.port) not in failed.error, "the address is a secret"


@pytest.mark.parametrize("platform", ["dingtalk", "feishu", "webhook"])
def test_a_wrong_key_is_refused_and_says_so(tmp_path, site, platform):
    channel = one(settings_with(tmp_path, {**channel_of(site, platform), "secret": "not the right secret"}))
    with pytest.raises(NotificationFailed, match="secret") as failure:
        channel.send(PLAIN)
    assert failure.value.permanent


@pytest.mark.parametrize("platform", ["dingtalk", "feishu"])
def test_a_clock_that_is_wrong_is_named_as_a_cause(tmp_path, site, platform):
    site.clock_off_s = 7200
    with pytest.raises(NotificationFailed, match="时钟"):
        one(settings_with(tmp_path, channel_of(site, platform))).send(PLAIN)


@pytest.mark.parametrize("platform", ROBOTS)
def test_too_many_messages_a_minute_wait_and_arrive_later(tmp_path, store, site, platform):
    settings = settings_with(tmp_path, channel_of(site, platform))
    site.a_minute = 0
    tick(settings, spiking(store), NOON)
    [waiting] = notifications(store)
    assert waiting.state is NotificationState.PENDING and "放慢" in waiting.error
    site.a_minute = 20
    tick(settings, store, NOON + 2 * MINUTE)
    assert len(site.taken) == 1
    assert notifications(store)[0].state is NotificationState.SENT


@pytest.mark.parametrize("platform", ALL)
@pytest.mark.parametrize(
    "answer", [(500, "oops"), (502, "<html>bad gateway</html>"), (503, ""), (429, "{}"), "drop"], ids=str
)  # fmt: skip
def test_a_platform_in_trouble_is_asked_again_and_nothing_is_lost(tmp_path, site, platform, answer):
    channel = one(settings_with(tmp_path, channel_of(site, platform)))
    site.answers = [answer]
    with pytest.raises(ChannelAway):
        channel.send(PLAIN)
    channel.send(PLAIN)
    assert len(site.taken) == 1


@pytest.mark.parametrize("platform", ROBOTS)
@pytest.mark.parametrize("text", ["not json", "[]", "{}", '{"errcode": "zero"}'])
def test_an_answer_without_a_result_is_not_taken_for_success(tmp_path, site, platform, text):
    site.answers = [(200, text)]
    with pytest.raises(ChannelAway):
        one(settings_with(tmp_path, channel_of(site, platform))).send(PLAIN)


@pytest.mark.parametrize("platform", ALL)
def test_a_platform_that_does_not_answer_holds_the_tick_no_longer_than_the_time_out(tmp_path, store, site, platform):
    settings = settings_with(tmp_path, channel_of(site, platform, timeout_s=0.3))
    site.hold.clear()
    started = time.monotonic()
    report = tick(settings, spiking(store), NOON)
    assert time.monotonic() - started < 5 and len(report.retried) == 1
    site.hold.set()
    tick(settings, store, NOON + 2 * MINUTE)
    assert notifications(store)[0].state is NotificationState.SENT


def test_no_redirect_is_followed_with_a_message(tmp_path, site):
    site.answers = [(302, "")]
    with pytest.raises(NotificationFailed, match="已经改变") as failure:
        one(settings_with(tmp_path, channel_of(site, "webhook"))).send(PLAIN)
    assert failure.value.permanent and len(site.requests) == 1


def test_a_webhook_bears_the_same_key_and_the_same_bytes_on_every_try(tmp_path, store, site):
    settings = settings_with(tmp_path, channel_of(site, "webhook"))
    site.answers = [(503, "")]
    tick(settings, spiking(store), NOON)
    tick(settings, store, NOON + 2 * MINUTE)
    (_, first, body), (_, second, again) = site.requests
    assert first["idempotency-key"] == second["idempotency-key"] == first["webhook-id"]
    assert body == again


def test_a_webhook_tells_released_fields_and_not_who_of_the_staff_took_the_alert(tmp_path, store, site):
    settings = settings_with(tmp_path, channel_of(site, "webhook"))
    tick(settings, spiking(store), NOON)
    [(_, told)] = site.taken
    assert told["type"] == "alert.opened" and told["data"]["alert"]["topic"] == "供水"
    assert not {"acknowledged_by", "note", "owed"} & set(told["data"]["alert"])


@pytest.mark.parametrize("platform", ROBOTS)
def test_a_repeat_on_a_robot_bears_the_same_message_number(tmp_path, site, platform):
    channel = one(settings_with(tmp_path, channel_of(site, platform)))
    channel.send(PLAIN)
    channel.send(PLAIN)
    assert all("消息编号 0123456789ab" in json.dumps(body, ensure_ascii=False) for _, body in site.taken)


@pytest.mark.parametrize("platform", ROBOTS)
def test_a_long_message_is_cut_at_a_line_and_still_taken(tmp_path, site, platform):
    long = "\n".join(f"第{i}行：https://yuqing.example.org/{i} " + "很长" * 30 for i in range(400))
    message = Message(**{f: getattr(PLAIN, f) for f in PLAIN.__dataclass_fields__} | {"text": long})
    one(settings_with(tmp_path, channel_of(site, platform))).send(message)
    assert "其余见上方链接" in json.dumps(site.taken[0][1], ensure_ascii=False)


@pytest.mark.parametrize("robot", [WeCom, DingTalk])
def test_a_headline_cannot_call_people_or_hide_a_link(robot):
    channel = Channel(id="x", type="wecom", url="https://example.org/?key=1", secret=SECRET)
    evil = "<@all> <font color=red>x</font> [点我](https://evil.example) @所有人 **粗**"
    message = Message(**{f: getattr(PLAIN, f) for f in PLAIN.__dataclass_fields__} | {"subject": evil, "text": evil})
    _, body = robot(channel).request(message)
    text = body["markdown"].get("content") or body["markdown"]["text"]
    inner = text.replace("**", "", 2)
    assert "<" not in inner and "[" not in inner and "@" not in inner


def test_signatures_agree_with_values_computed_apart():
    """From the platforms' own recipes, worked with ``openssl dgst -sha256 -hmac`` by hand."""
    from monitor.alerts.channels.chat import Feishu
    from monitor.alerts.channels.webhook import signature

    channel = Channel(id="x", type="dingtalk", url="https://example.org/send?access_token=1", secret="SECabc")
    url, _ = DingTalk(channel, now=lambda: 1_700_000_000.0).request(PLAIN)
    assert url.endswith("timestamp=1700000000000&sign=" + DINGTALK_SIGN)
    _, body = Feishu(channel, now=lambda: 1_700_000_000.0).request(PLAIN)
    assert (body["timestamp"], body["sign"]) == ("1700000000", FEISHU_SIGN)
    assert signature(b"SECabc", "msg_1", "1700000000", b"{}") == WEBHOOK_SIGN


DINGTALK_SIGN = "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM%3D"
FEISHU_SIGN = "XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg="
WEBHOOK_SIGN = "db0+ZJqElIO2Xfcv1IFRj4gbHsNsWP3fDmjbS3j2Np8="


def test_a_test_message_says_that_it_is_one_and_tells_each_recipient_apart(tmp_path, site, sink):
    mail = {"id": "mail", "type": "email", "to": ["a@example.org", "b@example.org"]}
    settings = settings_of(tmp_path, port=sink.port, alerts={"channel": [mail, channel_of(site, "wecom")]})
    sink.answers = ["550 no such user"]
    first, second = try_channel(settings, "mail", NOON)
    assert "550" in first.error and not second.error
    assert "不是预警" in sink.mails[0].get_body(("plain",)).get_content()
    [robot] = try_channel(settings, "wecom", NOON)
    assert not robot.error and "【测试】" in site.taken[0][1]["markdown"]["content"]
    with pytest.raises(NoSuchChannel, match="mail"):
        try_channel(settings, "pager", NOON)


def test_addresses_and_keys_are_checked_and_never_printed(tmp_path):
    settings = settings_with(
        tmp_path,
        {"id": "a", "type": "wecom"},
        {"id": "b", "type": "dingtalk", "url": "http://oapi.example.org/robot?access_token=very-secret"},
        {"id": "c", "type": "webhook", "url": "https://example.org/very-secret", "secret": "short"},
        {"id": "d", "type": "feishu", "url": "not an address", "secret": SECRET, "to": ["x"]},
        {"id": "e", "type": "log", "url": "https://example.org/very-secret"},
    )
    found = across(settings)
    keys = {(key, text) for _, key, text in found}
    assert {key for key, _ in keys} >= {
        "channel.a.url", "channel.b.url", "channel.b.secret", "channel.c.secret", "channel.d.url", "channel.d.to",
        "channel.e",
    }  # fmt: skip
    assert "very-secret" not in str(found) + repr(settings.alerts)


def test_an_address_comes_from_the_environment_by_the_channels_id(tmp_path):
    from monitor.settings import load

    (tmp_path / "district.toml").write_text('name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n', encoding="utf-8")
    (tmp_path / "alerts.toml").write_text('[[channel]]\nid = "duty-group"\ntype = "wecom"\n', encoding="utf-8")
    key = tmp_path / "key"
    key.write_text("https://example.org/?key=1\n", encoding="utf-8")
    settings = load(tmp_path, {"YUQING_ALERTS__CHANNEL__DUTY_GROUP__URL_FILE": str(key)})
    assert settings.alerts.channel[0].url.get_secret_value() == "https://example.org/?key=1"
    from monitor.errors import SettingsError

    with pytest.raises(SettingsError, match="以其 id 称呼"):
        load(tmp_path, {"YUQING_ALERTS__CHANNEL__NOBODY__URL": "x"})


@pytest.fixture
def certificate(tmp_path):
    """A self-made authority's certificate for 127.0.0.1, and a server context that shows it."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    public, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(public, private)
    return public, context


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_over_tls_is_sent_only_to_a_server_that_is_trusted(tmp_path, certificate, security):
    ca_file, context = certificate
    options = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    with smtp_sink(**options) as server:
        settings = settings_of(tmp_path, port=server.port)
        smtp = settings.service.smtp.model_copy(update={"security": security})

        def tried(smtp):
            service = settings.service.model_copy(update={"smtp": smtp})
            return try_channel(settings.model_copy(update={"service": service}), "mail", NOON)

        [stranger] = tried(smtp)
        assert "加密连接失败" in stranger.error and not server.raw
        [trusted] = tried(smtp.model_copy(update={"ca_file": ca_file}))
        assert not trusted.error and len(server.raw) == 1
