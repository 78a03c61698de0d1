"""The e-mail channel: SMTP, plain, with STARTTLS or over TLS; HTML with a plain-text part."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime

from monitor.alerts.channels.base import ChannelAway, Message, one_line
from monitor.errors import NotificationFailed
from monitor.settings.service import SmtpSettings

_STEPS = 10
"""Commands of one delivery, each of which may take the whole time-out."""


class EmailChannel:
    """One connection a message: alerts are few, and a connection that breaks takes no other message with it."""

    def __init__(self, smtp: SmtpSettings) -> None:
        self._smtp = smtp
        self.longest_s = _STEPS * smtp.timeout_s

    def send(self, message: Message) -> None:
        mail = compose(message, self._smtp.sender)
        with self._connected() as server:
            try:
                server.send_message(mail, from_addr=self._smtp.sender, to_addrs=[message.to])
            except smtplib.SMTPRecipientsRefused as error:
                code = error.recipients[message.to][0] if message.to in error.recipients else 0
                raise _refused("收件人", code, permanent=code >= 500) from error
            except smtplib.SMTPSenderRefused as error:
                # The sender is configuration, not the message: once it is mended the mail can go out.
                raise ChannelAway(
                    f"邮件服务器拒绝发件人（{error.smtp_code}）", "检查 service.toml 的 smtp.sender"
                ) from error
            except smtplib.SMTPResponseException as error:
                raise _refused("邮件", error.smtp_code, permanent=error.smtp_code >= 500) from error
            except (smtplib.SMTPException, OSError) as error:
                raise _away(error) from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        smtp = self._smtp
        try:
            server = self._open()
        except (smtplib.SMTPException, OSError) as error:
            raise _away(error) from error
        try:
            if smtp.user:
                try:
                    server.login(smtp.user, smtp.password.get_secret_value())
                except smtplib.SMTPAuthenticationError as error:
                    raise ChannelAway(
                        f"邮件服务器不接受用户名或密码（{error.smtp_code}）",
                        "检查 service.toml 的 smtp.user 和环境变量 YUQING_SERVICE__SMTP__PASSWORD",
                    ) from error
                except (smtplib.SMTPException, OSError) as error:
                    raise _away(error) from error
            yield server
        finally:
            _quit(server)

    def _open(self) -> smtplib.SMTP:
        smtp = self._smtp
        # The name for EHLO is given, since looking up one's own can hang for minutes.
        name = smtp.sender.rpartition("@")[2] or "localhost"
        context = ssl.create_default_context()
        if smtp.ca_file is not None:
            context.load_verify_locations(smtp.ca_file)
        if smtp.security == "tls":
            return smtplib.SMTP_SSL(smtp.host, smtp.port, name, timeout=smtp.timeout_s, context=context)
        server = smtplib.SMTP(smtp.host, smtp.port, name, timeout=smtp.timeout_s)
        if smtp.security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


def compose(message: Message, sender: str) -> EmailMessage:
    """The mail as it goes out; every header is the same on every try."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = format_datetime(message.created)
    mail["Message-ID"] = f"<{message.id}>"
    if message.thread:
        mail["In-Reply-To"] = f"<{message.thread}>"
        mail["References"] = f"<{message.thread}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.alert is not None:
        mail["X-Yuqing-Alert"] = message.alert.id
    mail.set_content(message.text, cte="base64")
    mail.add_alternative(message.html, subtype="html", cte="base64")
    for file in message.attachments:
        main, _, sub = file.media.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=one_line(file.name))
    # MIME boundaries are random otherwise, and a repeat would not be the same message.
    for n, part in enumerate(p for p in mail.walk() if p.is_multipart()):
        part.set_boundary(f"=={message.id.partition('@')[0]}{n or ''}==")
    return mail


def _refused(what: str, code: int, *, permanent: bool) -> NotificationFailed:
    if permanent:
        return NotificationFailed(f"邮件服务器永久拒绝{what}（{code}）", "检查收件人地址是否存在", permanent=True)
    return NotificationFailed(f"邮件服务器暂时拒绝{what}（{code}）", "稍后自动重试")


def _away(error: Exception) -> ChannelAway:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return ChannelAway("邮件服务器不支持所配置的加密或登录方式", "检查 service.toml 的 smtp.security 和 smtp.user")
    if isinstance(error, ssl.SSLError):
        return ChannelAway("与邮件服务器的加密连接失败", "检查 smtp.security、端口与服务器证书")
    if isinstance(error, TimeoutError):
        return ChannelAway("邮件服务器没有及时应答", "稍后自动重试；检查网络或调大 smtp.timeout_s")
    return ChannelAway("连接不上邮件服务器", "稍后自动重试；检查 smtp.host、smtp.port 与网络")


def _quit(server: smtplib.SMTP) -> None:
    """Says goodbye; whatever the server answers now changes nothing about what it has accepted."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
