"""Checks across files: things that are well-formed alone and wrong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from monitor.settings.alert_rules import alert_problems
from monitor.settings.api_rules import api_problems
from monitor.settings.base import is_address
from monitor.settings.channels import channel_problems
from monitor.settings.concerns import concern_problems
from monitor.settings.distribution import distribution_problems
from monitor.settings.http import http_problems
from monitor.settings.media import media_problems
from monitor.settings.page_rules import page_problems
from monitor.settings.reply import reply_problems
from monitor.settings.types import OfficialTopic, Settings

Found = tuple[str, str, str]
"""File (without .toml), key, and what is wrong with a hint."""


def across(settings: Settings) -> list[Found]:
    """Every problem between the files of a configuration whose single values are right."""
    return [
        *_sources(settings), *_topics(settings), *_alerts(settings), *_plan(settings), *alert_problems(settings),
        *media_problems(settings), *concern_problems(settings), *distribution_problems(settings),
        *http_problems(settings.service.http),
    ]  # fmt: skip


def _doubled(names: list[str]) -> list[str]:
    return [name for name, n in Counter(names).items() if n > 1]


def _sources(settings: Settings) -> Iterator[Found]:
    sources = settings.sources.source
    for id in _doubled([s.id for s in sources]):
        yield "sources", f"source.{id}", "信源编号重复；每个信源须有唯一的 id"
    yield from api_problems(settings)
    yield from page_problems(settings)
    for path in _doubled([str(s.drop) for s in sources if s.drop is not None]):
        yield "sources", "source.drop", f"文件夹 {path} 被多个信源使用；每个信源的投放文件夹须不同"
    crawl = settings.service.crawl
    for s in sources:
        key = f"source.{s.id}"
        if s.adapter != "import" and not s.url:
            yield "sources", f"{key}.url", '缺少网址；采集类信源须写 url，仅导入的信源请用 adapter = "import"'
        if s.drop is not None and s.adapter != "import":
            yield "sources", f"{key}.drop", '只有 adapter = "import" 的信源才有投放文件夹；采集类信源请删去 drop'
        if s.adapter in ("forum", "mastodon") and s.kind != "post":
            yield "sources", f"{key}.kind", "论坛和 Mastodon 上是居民个人的发言，kind 须为 post（只统计，不展示原文）"
        if s.adapter == "import" and s.kind not in ("board", "news", "official", "post"):
            yield "sources", f"{key}.kind", "该类信源不支持导入"
        delay = crawl.delay_s if s.delay_s is None else s.delay_s
        if not s.local and s.adapter != "import" and delay < 1:
            yield "sources", f"{key}.delay_s", "公网站点的请求间隔不得小于 1 秒（S5 文明采集）"
    if any(not s.local and s.adapter != "import" and s.enabled for s in sources) and not crawl.contact:
        yield "service", "crawl.contact", "采集公网站点须写明联系方式（邮箱或网页），它会出现在 User-Agent 中（S5）"


def _topics(settings: Settings) -> Iterator[Found]:
    topics = settings.topics.topic
    official = {t.value for t in OfficialTopic}
    for name in _doubled([t.name for t in topics]):
        yield "topics", f"topic.{name}", "专题名称重复"
    for t in topics:
        if not t.terms and t.name not in official:
            yield "topics", f"topic.{t.name}.terms", "缺少关键词；只有七个官方分类可以没有关键词"
        for term in (*t.terms, *t.not_terms):
            if len(term) < 2:
                yield "topics", f"topic.{t.name}.terms", f"关键词“{term}”太短，至少两个字"


def _alerts(settings: Settings) -> Iterator[Found]:
    channels = {c.id: c for c in settings.alerts.channel}
    topics = {t.name for t in settings.topics.topic}
    for id in _doubled([c.id for c in settings.alerts.channel]):
        yield "alerts", f"channel.{id}", "通知渠道编号重复"
    for i, route in enumerate(settings.alerts.route):
        for id in route.channels:
            if id not in channels:
                yield "alerts", f"route[{i}].channels", f"没有名为“{id}”的渠道；已配置：{'、'.join(channels) or '无'}"
        for name in route.topics:
            if name not in topics:
                yield "alerts", f"route[{i}].topics", f"topics.toml 中没有专题“{name}”"
    yield from channel_problems(settings)
    yield from _mail(settings)


def _mail(settings: Settings) -> Iterator[Found]:
    channels = settings.alerts.channel
    for c in channels:
        if c.type == "email" and not c.to:
            yield "alerts", f"channel.{c.id}.to", "邮件渠道须写收件人"
        for address in c.to:
            if c.type == "email" and not is_address(address):
                yield "alerts", f"channel.{c.id}.to", f"“{address}”不是邮箱地址"
    if any(c.type == "email" for c in channels):
        smtp = settings.service.smtp
        if not smtp.host:
            yield "service", "smtp.host", "配置了邮件渠道，但没有 SMTP 服务器"
        if not smtp.sender:
            yield "service", "smtp.sender", "配置了邮件渠道，但没有发件人地址"


def _plan(settings: Settings) -> Iterator[Found]:
    plan = settings.response_plan
    departments = {d.name for d in plan.department}
    topics = {t.name for t in settings.topics.topic}
    for id in _doubled([r.id for r in plan.rule]):
        yield "response_plan", f"rule.{id}", "预案条目编号重复"
    for rule in plan.rule:
        if rule.topic not in topics:
            yield "response_plan", f"rule.{rule.id}.topic", f"topics.toml 中没有专题“{rule.topic}”"
        if rule.department not in departments:
            yield "response_plan", f"rule.{rule.id}.department", f"部门“{rule.department}”没有登记在 [[department]] 中"
    for t in settings.topics.topic:
        if departments and t.department not in departments:
            yield "topics", f"topic.{t.name}.department", f"部门“{t.department}”没有登记在 response_plan.toml 中"
    yield from reply_problems(settings)
    if plan.due_soon_h >= plan.reply_h:
        yield "response_plan", "due_soon_h", "“即将到期”须早于答复时限 reply_h"
