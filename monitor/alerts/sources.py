"""What is wrong with a source is told to the operator, once, and once more when it is well again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts.planning import notify
from monitor.alerts.types import Event, moment_key
from monitor.errors import StoreConflict
from monitor.model import CHINA
from monitor.settings import Settings
from monitor.settings.types import Source
from monitor.signals.health import STATE_HEALTH, Known, check, health_doc, written
from monitor.signals.illness import Ailment, Illness
from monitor.store import Store

_CUT_OFF = frozenset({Ailment.FAILING, Ailment.FORBIDDEN})
"""While nothing can be read, nobody knows whether anything else has mended."""
RELAPSE = timedelta(hours=24)
"""What comes back so soon after it ended comes and goes: it is believed to have ended only after as long a calm."""
SAME_VOLUME = timedelta(days=7)
"""Days of unusual volume so near each other are one matter, told once."""


_AGAIN = "一天之内又出现一次，看来时好时坏：稳定一天之后才会再报恢复。\n"


def watch_sources(settings: Settings, store: Store, now: datetime) -> None:
    """Writes down what is wrong and creates the notices owed; harmless when repeated or done by two ticks at once."""
    for source_id, illnesses in check(settings, store, now).items():
        source = settings.source(source_id)
        if source is not None:
            _watch(settings, store, source, illnesses, now)


def _watch(settings: Settings, store: Store, source: Source, illnesses: Sequence[Illness], now: datetime) -> None:
    before, version = written(store, source.id)
    after = _after(before, illnesses, now)
    if after != before:
        # Written first, untold: of two ticks at once one gets this far, and a killed one is completed by the next.
        new_version = _write(store, source.id, after, version)
        if new_version is None:
            return
        version = new_version
    untold = [k for k in after.values() if not k.told]
    for known in untold:
        _tell(settings, store, source, known, now)
    if untold:
        _write(store, source.id, {a: replace(k, told=True) for a, k in after.items()}, version)


def _after(before: Mapping[Ailment, Known], illnesses: Sequence[Illness], now: datetime) -> dict[Ailment, Known]:
    after, moment = dict(before), now.astimezone(CHINA)
    found = {i.ailment: i for i in illnesses}
    for ailment, illness in found.items():
        after[ailment] = _found(before.get(ailment), illness, moment)
    cut_off = bool(_CUT_OFF & set(found))
    for ailment, known in before.items():
        mended = ailment not in found and (ailment in _CUT_OFF or not cut_off)
        if known.fixed is None and mended:
            after[ailment] = _calmed(known, moment)
    return after


def _found(known: Known | None, illness: Illness, moment: datetime) -> Known:
    if known is None or (known.fixed is not None and moment - known.fixed >= _soon(illness.ailment)):
        return Known(illness, moment)
    if known.fixed is None:
        return replace(known, calm=None)
    if illness.ailment is Ailment.VOLUME:
        return Known(illness, known.since, told=True, relapses=known.relapses + 1)
    return Known(illness, moment, relapses=known.relapses + 1)


def _calmed(known: Known, moment: datetime) -> Known:
    """An illness that is not found now: ended, or calm for the time being where it comes and goes."""
    if known.illness.ailment is Ailment.VOLUME:
        # A day of unusual volume ends by itself: nobody wants a mail to say so.
        return replace(known, fixed=moment, told=True)
    calm = known.calm or moment
    if known.relapses and moment - calm < RELAPSE:
        return replace(known, calm=calm)
    return replace(known, fixed=calm, told=False, calm=None)


def _soon(ailment: Ailment) -> timedelta:
    return SAME_VOLUME if ailment is Ailment.VOLUME else RELAPSE


def _write(store: Store, id: str, known: Mapping[Ailment, Known], version: int) -> int | None:
    """The new version, or None where another tick was quicker."""
    try:
        if version:
            return store.replace(STATE_HEALTH, id, health_doc(known), version)
        store.create(STATE_HEALTH, id, health_doc(known))
    except StoreConflict:
        return None
    return 1


def _tell(settings: Settings, store: Store, source: Source, known: Known, now: datetime) -> None:
    ailment, named = known.illness.ailment, f"信源“{source.name}”"
    about = f"{moment_key(known.since)}.source.{source.id}.{ailment.value}"
    if known.fixed is None:
        subject, event = f"【系统提示】{named}{ailment.chinese}", Event.SOURCE_FAILED
        blind = "在它恢复之前，主要依靠它的专题不会因为安静而判为恢复。\n" if ailment.blinds else ""
        text = (
            f"{named}（{source.id}）：{known.illness.seen}。\n发现时间：{known.since:%Y-%m-%d %H:%M}\n\n"
            f"{_AGAIN if known.relapses else ''}{blind}{known.illness.hint}。\n信源页：{settings.public_url}/sources\n"
        )
    else:
        what = "采集" if ailment in _CUT_OFF else f"正常（此前{ailment.chinese}）"
        subject, event = f"【系统提示】{named}已恢复{what}", Event.SOURCE_FIXED
        text = (
            f"{named}（{source.id}）已恢复正常（此前：{ailment.chinese}）。\n"
            f"持续：{known.since:%Y-%m-%d %H:%M} 至 {known.fixed:%Y-%m-%d %H:%M}\n"
        )
    notify(settings, store, about, event, (subject, text), now, after=(about, Event.SOURCE_FAILED))
