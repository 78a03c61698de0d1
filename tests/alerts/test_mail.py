"""What a mail says and how: escaped, one thread, the same on every try."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.channels import ChannelAway, build
from monitor.alerts.channels.email import EmailChannel, compose
from monitor.alerts.render import figure_text, render
from monitor.alerts.types import Alert, AlertState, Event, Notification, NotificationState, alert_id
from monitor.disclosure import release
from monitor.model import ExactCount, Kind
from monitor.settings.service import SmtpSettings
from monitor.signals.spikes import HOUR
from tests.alerts.desk import NOON, TO, settings_of
from tests.alerts.sink import smtp_sink

SENDER = "yuqing@example.org"


def alert(**more) -> Alert:
    values = {
        "id": alert_id("供水", NOON), "topic": "供水", "level": 2, "state": AlertState.OPEN, "onset": NOON,
        "opened_at": NOON, "updated": NOON, "window_h": 3, "window_begin": NOON - 3 * HOUR, "window_end": NOON,
        "observed": {Kind.POST: release(ExactCount(41)).as_json(), Kind.BOARD: 5}, "shown_total": 45,
        "expected_low": 0, "expected_high": 10, "department": "区水务局", "rule": "water",
        "deadline": NOON + timedelta(hours=5), "steps": ("核实停水范围",), "terms": ("停水",), "places": ("南湖街道",),
        "related": (("1", "小区停水", "https://board.example.org/1"),),
    }  # fmt: skip
    return Alert(**(values | more))


def message(subject: Alert, event: Event = Event.OPENED, **more):
    notification = Notification(
        id="n", alert_id=subject.id, event=event, channel="mail", to=TO, message_id="abc@example.org",
        state=NotificationState.PENDING, created=NOON, next_try=NOON, alert=subject, **more,
    )  # fmt: skip
    return render(notification, "https://yuqing.example.org")


def test_a_mail_says_what_since_when_how_unusual_who_and_until_when():
    sent = message(alert())
    assert sent.subject == "【橙色预警】供水：3小时内群众反映约45条，平时不超过10条"
    for body in (sent.text, sent.html):
        for said in ("11月22日 12:00", "约40条", "5条", "区水务局", "11月22日 17:00", "停水", "南湖街道", "小区停水",
                     "https://board.example.org/1", f"https://yuqing.example.org/alerts/{alert().id}",
                     f"yuqing alerts ack {alert().id}"):  # fmt: skip
            assert said in body


def test_a_thin_history_is_said_openly():
    assert "历史资料不足" in message(alert(thin_history=True)).text
    assert "历史资料不足" not in message(alert()).html


@pytest.mark.parametrize(
    ("event", "mark"), [(Event.RECOVERED, "已恢复"), (Event.RAISED, "升级"), (Event.LATE, "事后发现")]
)
def test_each_event_names_itself(event, mark):
    sent = message(alert(recovered_at=NOON + 3 * HOUR), event)
    assert mark in sent.subject and mark.removesuffix("级") in sent.text


def test_markup_in_a_title_is_shown_and_not_obeyed():
    sent = message(alert(related=(("1", "<script>alert(1)</script>", 'https://x.example/"onclick="y'),)))
    assert "<script>" not in sent.html and "&lt;script&gt;" in sent.html
    assert '"onclick=' not in sent.html


def test_a_line_break_in_a_topics_name_does_not_become_a_header():
    mail = compose(message(alert(topic="供水\r\nBcc: all@example.org")), SENDER)
    assert mail["Bcc"] is None and "\n" not in mail["Subject"]


def test_the_mail_of_a_notification_is_the_same_on_every_try():
    assert compose(message(alert()), SENDER).as_bytes() == compose(message(alert()), SENDER).as_bytes()


def test_a_later_mail_belongs_to_the_thread_of_the_first():
    mail = compose(message(alert(), Event.RAISED, thread="first@example.org"), SENDER)
    assert mail["In-Reply-To"] == mail["References"] == "<first@example.org>"
    assert compose(message(alert()), SENDER)["References"] is None


def test_figures_of_posts_are_said_as_released():
    assert figure_text(release(ExactCount(7)).as_json()) == "不足10"
    assert figure_text(release(ExactCount(13)).as_json()) == "约15"
    assert figure_text(7) == "7"


def test_every_channel_type_of_the_configuration_has_a_builder(tmp_path):
    channels = [{"id": "a", "type": "email", "to": [TO]}, {"id": "b", "type": "log"}]
    assert set(build(settings_of(tmp_path, alerts={"channel": channels}))) == {"a", "b"}


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A certificate of our own that the default trust store is told of."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(NOON.replace(year=2020, tzinfo=None))
        .not_valid_after(NOON.replace(year=2099, tzinfo=None))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "cert.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    return context


def test_starttls_is_used_and_required(certificate):
    with smtp_sink(tls_context=certificate, require_starttls=True) as sink:
        EmailChannel(SmtpSettings(host="localhost", port=sink.port, security="starttls", sender=SENDER)).send(
            message(alert())
        )
        assert sink.recipients == [TO]


def test_a_server_without_starttls_gets_no_mail_in_the_clear():
    with smtp_sink() as sink:
        channel = EmailChannel(SmtpSettings(host="127.0.0.1", port=sink.port, security="starttls", sender=SENDER))
        with pytest.raises(ChannelAway):
            channel.send(message(alert()))
        assert sink.raw == []


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with smtp_sink(tls_context=certificate, require_starttls=True) as sink:
        channel = EmailChannel(SmtpSettings(host="localhost", port=sink.port, security="starttls", sender=SENDER))
        with pytest.raises(ChannelAway, match="加密连接失败"):
            channel.send(message(alert()))
        assert sink.raw == []


def test_an_alert_survives_the_store_unchanged():
    from monitor.alerts.codec import alert_doc, alert_of
    from monitor.alerts.types import Owed

    full = replace(alert(), owed=(Owed(Event.OPENED, 2, NOON, True, "silence"),), recovered_at=NOON + HOUR)
    assert alert_of(alert_doc(full)) == full


def test_the_first_line_says_what_where_how_much_since_when_and_who_must_do_what_until_when():
    first = message(alert(first_deadline=NOON + timedelta(hours=2))).text.splitlines()[0]
    assert first == (
        "供水（南湖街道）：11月22日 12:00起，3小时内群众反映约45条，平时不超过10条。"
        "区水务局须在11月22日 14:00前发布权威信息，在11月22日 17:00前答复群众。"
    )


def test_a_clock_that_has_run_out_or_was_stopped_is_said_so():
    from monitor.alerts.wording import task

    late = alert(deadline=NOON - HOUR)
    assert task(late, NOON).endswith("前答复群众（已过时限）")
    assert task(replace(late, answered_at=NOON), NOON) == "区水务局已标记完成（超过时限）"
    assert task(alert(answered_at=NOON), NOON) == "区水务局已在时限内标记完成"
    assert "预案没有规定时限" in task(alert(deadline=None), NOON)


def test_links_of_a_notice_can_be_pressed_and_its_markup_is_only_shown():
    notice = ("【重点时段】汛期", "网页：https://yuqing.example.org/ 见<b>此处</b>\njavascript:alert(1)")
    sent = render(
        Notification(id="n", alert_id="x", event=Event.DIGEST, channel="mail", to=TO, message_id="a@b",
                     state=NotificationState.PENDING, created=NOON, next_try=NOON, notice=notice),
        "https://yuqing.example.org",
    )  # fmt: skip
    assert '<a href="https://yuqing.example.org/"' in sent.html
    assert "<b>" not in sent.html and 'href="javascript' not in sent.html
