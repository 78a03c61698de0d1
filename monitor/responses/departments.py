"""One name a department: boards write 示例区水务局 or 示例市示例区水务局 where the configuration says 区水务局.

Pure rules of names. A name is read as a level (province, city, district, or none said) and what is left of it; two
names mean the same department if that is equal and their levels do not contradict each other: the bureau of the city
is not that of the district.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from monitor.model import BoardMessage
from monitor.settings.types import DistrictSettings, Settings

UNASSIGNED = "未分派"
_DISTRICT, _CITY, _PROVINCE = "district", "city", "province"
_NO_MARK = ("市场", "市政", "市容", "市民", "区域", "区划", "县域")
"""Words that begin like a mark of level and are none: 市场监督管理局."""

_Prefixes = tuple[tuple[str, str], ...]


def canonical(department: str, settings: Settings) -> str:
    """The configured name of a department, if exactly one configured department is meant; else the text as it stands.

    Compared without the names of province, city and district (or its aliases) and without a leading 区, 县 or 市.
    """
    return _canonical(department, _configured(settings), _prefixes(settings.district), _mark(settings.district))


def department_of(message: BoardMessage, settings: Settings) -> str:
    """Who is to answer: the department that answered; else that of the matter; else that of the official class.

    Topics are read most probable first; a topic with terms (供水) says more than an official class (城乡建设), however
    probable that is. 未分派 where there is none.
    """
    reply = message.reply
    return department_for(reply.department if reply is not None else None, message.labels.topics, settings)


def department_for(answered_by: str | None, topics: Sequence[str], settings: Settings) -> str:
    """The same of a message of these topics that a department answered (None: nobody, or nobody named)."""
    if answered_by:
        return canonical(answered_by, settings)
    known = [topic for topic in map(settings.topic, topics) if topic is not None]
    first = next((topic for topic in known if topic.terms), known[0] if known else None)
    return canonical(first.department, settings) if first is not None else UNASSIGNED


@lru_cache(maxsize=4096)
def _canonical(department: str, configured: tuple[str, ...], prefixes: _Prefixes, mark: str) -> str:
    if department in configured:
        return department
    level, bare = _read(department, prefixes, mark)
    if not bare:
        return department
    found = []
    for name in configured:
        other, rest = _read(name, prefixes, mark)
        if rest == bare and (not level or not other or level == other):
            found.append(name)
    return found[0] if len(found) == 1 else department


def _read(name: str, prefixes: _Prefixes, mark: str) -> tuple[str, str]:
    """Level ("" where none is said) and the name without it; the nearest level counts (示例市示例区 is a district)."""
    rest, level = "".join(name.split()), ""
    while level != _DISTRICT:
        prefix = next(((p, named) for p, named in prefixes if rest.startswith(p)), None)
        if prefix is None:
            break
        rest, level = rest[len(prefix[0]) :], prefix[1]
    if level != _DISTRICT and rest[:1] in ("区", "县", "市") and not rest.startswith(_NO_MARK):
        level = _CITY if rest[0] == "市" and mark != "市" else _DISTRICT
        rest = rest[1:]
    return level, rest


def _configured(settings: Settings) -> tuple[str, ...]:
    """Every department that the configuration names, once."""
    plan = settings.response_plan
    names = [d.name for d in plan.department] + [t.department for t in settings.topics.topic]
    return tuple(dict.fromkeys([*names, *(r.department for r in plan.rule)]))


def _prefixes(district: DistrictSettings) -> _Prefixes:
    """Names that may precede a department, longest first; a city that is its own district is a district."""
    named = {district.province: _PROVINCE, district.city: _CITY}
    named |= dict.fromkeys((district.name, *district.aliases), _DISTRICT)
    return tuple(sorted(named.items(), key=lambda item: (-len(item[0]), item[0])))


def _mark(district: DistrictSettings) -> str:
    """区, 县 or 市 (a county-level city): what the district itself is."""
    return district.name[-1]
