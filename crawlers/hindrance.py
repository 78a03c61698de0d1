"""Why a page that answered can be no source, and what to do about it: log-in, human check, script, an article. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from crawlers.adapters.links import absolute, same_site
from crawlers.extract import PageKind, extract
from crawlers.page import blocks as reading
from crawlers.page.charset import decode
from crawlers.page.tree import Element, find_all, parse, select

_LOGIN_ADDRESS = re.compile(r"(?:^|[/._-])(?:login|signin|sign_in|passport|sso|cas|oauth2?|auth)(?:[/._-]|$)", re.I)
_LOGIN_TITLE = re.compile(
    r"^(?:请|用户|会员)?先?(?:登录|登陆)(?:$|[\W_]|系统|页面|后)|统一身份认证|^(?:log|sign)[ -]?in\b", re.IGNORECASE
)
_CHECK = re.compile(
    r"安全验证|人机验证|访问验证|滑动验证|验证码验证|请完成验证|Just a moment|Attention Required|Access Denied|cf-chl",
    re.I,
)
_SCRIPT = re.compile(r"(?:启用|开启|打开|允许|enable|without)\s*(?:浏览器的?)?\s*JavaScript", re.IGNORECASE)
_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"MZ\x90",
          b"\xd0\xcf\x11\xe0", b"RIFF", b"OggS", b"ID3", b"\x00\x00\x00", b"\x1f\x8b")  # fmt: skip
_CONTROLS = bytes([*range(9), 14, 15, *range(16, 27), *range(28, 32)])
_ROOTS = "#app, #root, #__next, #__nuxt, #main-app, app-root"
_LITTLE = 200
"""Characters of visible text below which a page says next to nothing."""
_ARTICLE = 80
_PATH = 200


@dataclass(frozen=True, slots=True)
class Hindrance:
    """``code`` for programs, ``message`` and ``hint`` for the person who gave the address."""

    code: str
    message: str
    hint: str


LOGIN = Hindrance(
    "login", "这个网页要登录才能看",
    "本服务只读无需登录的公开页面：请找该网站公开的栏目页或订阅；确属本单位的系统，请导出文件后用 yuqing import 导入",
)  # fmt: skip
CHECK = Hindrance(
    "human_check", "网站要求人机验证，不让程序读取",
    "本服务不绕过验证：请联系网站取得许可，或改用它公开的订阅（RSS）、接口",
)  # fmt: skip
SCRIPT = Hindrance(
    "script", "这个网页的内容由脚本生成，本服务不运行脚本，读到的是空壳",
    "请在浏览器按 F12 看“网络”一栏，把返回列表的 JSON 接口网址给 source add；或找它的订阅（RSS）、网站地图、手机版网页",
)  # fmt: skip
ARTICLE = Hindrance(
    "article", "这是一篇文章，不是栏目页",
    "请给出能看到多篇标题的栏目列表页的网址（通常是文章上方“当前位置”里的最后一级）",
)  # fmt: skip
NO_LIST = Hindrance(
    "no_list", "网页能打开，但看不出哪里是文章列表",
    "请给出能看到多篇标题的栏目列表页、订阅或接口的网址；或照 docs/configuration.md 手写 list.link 规则",
)  # fmt: skip
NOT_TEXT = Hindrance(
    "not_text", "得到的是文件或图片，不是网页", "请核对网址；要导入文件请用 yuqing import",
)  # fmt: skip


def hindrance(url: str, body: bytes, content_type: str = "") -> Hindrance:
    """What stands in the way of a page in which nothing readable was found; ``url`` is where it was found at last."""
    text = decode(body, content_type)
    root = parse(text)
    if root is None or is_binary(body):
        return NOT_TEXT
    visible = sum(len(line) for line in reading.lines(root))
    if _asks_who(root, url, visible):
        return LOGIN
    title = " ".join("".join(str(t) for t in e.itertext()) for e in select(root, "title"))
    if visible < 3 * _LITTLE and _CHECK.search(f"{title} {text[:5000]}"):
        return CHECK
    if _by_script(root, text, visible):
        return SCRIPT
    return _of_article(root, url) if is_article(url, body, content_type) else NO_LIST


def is_binary(body: bytes) -> bool:
    """Whether bytes are no text of any charset: the beginning of a known format, or control characters all over."""
    if body.startswith(_MAGIC):
        return True
    head = body[:1024]
    # UTF-16 has a zero in every other byte and says so by its mark.
    return not head.startswith((b"\xff\xfe", b"\xfe\xff")) and len(head.translate(None, _CONTROLS)) < 0.99 * len(head)


def is_sign_in(root: Element, url: str, title: str) -> bool:
    """Whether an item's page is the site's sign-in page instead; many articles have such a form beside them."""
    named = _LOGIN_TITLE.match(title.strip()) is not None
    led_there = _LOGIN_ADDRESS.search(urlsplit(url).path) is not None
    return named and (led_there or bool(select(root, "input[type=password]")))


def _asks_who(root: Element, url: str, visible: int) -> bool:
    parts = urlsplit(url)
    if select(root, "input[type=password]") and (visible < 3 * _LITTLE or _LOGIN_ADDRESS.search(parts.path)):
        return True
    return _LOGIN_ADDRESS.search(f"{parts.hostname or ''}{parts.path}") is not None and visible < 2 * _LITTLE


def _of_article(root: Element, url: str) -> Hindrance:
    section = _section(root, url)
    return replace(ARTICLE, hint=f"{ARTICLE.hint}；也许是 {section}") if section else ARTICLE


def is_article(url: str, body: bytes, content_type: str = "") -> bool:
    """Whether a page is one article rather than a list of them."""
    found = extract(body, url, content_type)
    return found.kind is PageKind.ARTICLE and len(found.text) >= _ARTICLE


def _section(root: Element, url: str) -> str:
    """The address of the section that an article stands in: the last link of its path (当前位置：首页 > 要闻)."""
    for element in find_all(root, ".//*[contains(text(), '位置')]"):
        for path in [element, *list(element.iterancestors())[:2]]:
            told = [absolute(url, a.get("href") or "") for a in path.iter("a")]
            own = [u for u in told if u and same_site(u, url) and urlsplit(u).path.strip("/")]
            if len(told) >= 2 and len("".join(str(t) for t in path.itertext())) <= _PATH:
                return own[-1] if own else ""
    return ""


def _by_script(root: Element, text: str, visible: int) -> bool:
    """Whether a page says next to nothing and scripts would write it."""
    scripts = select(root, "script")
    if not scripts or visible >= _LITTLE:
        return False
    empty = any(not "".join(str(t) for t in e.itertext()).strip() for e in select(root, _ROOTS))
    return empty or _SCRIPT.search(text) is not None or visible < _LITTLE // 4
