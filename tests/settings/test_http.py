"""service.toml ``[http]``: what is refused at the door, all at once and in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.settings import load, problems_of
from monitor.settings.http import HttpSettings
from tests.api import district


def config(folder: Path, lines: str) -> Path:
    made = district.write_config(folder)
    file = made / "service.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("[crawl]", lines + "\n[crawl]"), encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ('trusted_proxies = ["proxy.example"]', "http.trusted_proxies"),
        ('trusted_proxies = ["0.0.0.0/0"]', "http.trusted_proxies"),
        ('trusted_proxies = ["::/0"]', "http.trusted_proxies"),
        ('allowed_hosts = ["https://a.example/"]', "http.allowed_hosts"),
        ('allowed_hosts = ["a.*.example"]', "http.allowed_hosts"),
        ('cors_origins = ["*"]', "http.cors_origins"),
        ('cors_origins = ["https://a.example/path"]', "http.cors_origins"),
        ('public_url = "yuqing.example.gov.cn"', "http.public_url"),
        ('public_url = "https://a.example"\nsecure_cookie = false', "http.secure_cookie"),
        ('header_sign_in = { user_header = "X-User", default_role = "reader" }', "http.header_sign_in.user_header"),
        ('trusted_proxies = ["10.0.0.5"]\nheader_sign_in = { user_header = "X-User" }', "http.header_sign_in.roles"),
        ('header_sign_in = { user_header = "Cookie" }', "http.header_sign_in.user_header"),
        ('header_sign_in = { user_header = "X User" }', "http.header_sign_in.user_header"),
        ('header_sign_in = { roles = { a = "boss" } }', "http.header_sign_in.roles.a"),
        ("idle_min = 0", "http.idle_min"),
    ],
)
def test_a_wrong_setting_is_named_with_its_key(tmp_path: Path, lines: str, key: str) -> None:
    problems = problems_of(config(tmp_path, lines))
    assert len(problems) == 1 and f": {key}" in problems[0], problems
    assert any("一" <= c <= "鿿" for c in problems[0])


def test_a_whole_proxy_configuration_is_read(tmp_path: Path) -> None:
    http = load(
        config(
            tmp_path,
            'public_url = "https://yuqing.example.gov.cn"\ntrusted_proxies = ["10.0.0.5", "fd00::/8"]\n'
            'cors_origins = ["https://portal.example.gov.cn"]\n'
            'header_sign_in = { user_header = "X-User", groups_header = "X-Groups", roles = { "值班" = "duty" } }',
        )
    ).service.http
    assert http.secure and [str(n) for n in http.proxies] == ["10.0.0.5/32", "fd00::/8"]
    assert http.header_sign_in.on and http.header_sign_in.roles["值班"] == "duty"


def test_cookies_are_secure_where_readers_come_by_tls() -> None:
    assert not HttpSettings().secure
    assert HttpSettings(public_url="https://a.example").secure
    assert HttpSettings(secure_cookie=True).secure
