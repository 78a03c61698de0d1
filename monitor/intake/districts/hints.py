"""What looks wrong in district.toml to someone who has the national list: hints, no errors."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.intake.districts.gazetteer import Area, Gazetteer, china, stem
from monitor.intake.districts.words import EVERYDAY, NOUN_NAMES
from monitor.settings.types import DistrictSettings

_UNSET = "000000"


def hints(district: DistrictSettings) -> tuple[str, ...]:
    """Each doubtful point of the configuration as one line: the key, what is doubtful and what to do."""
    national = china()
    return tuple(f"district.toml: {said}" for said in (*_code(district, national), *_words(district, national)))


def _code(district: DistrictSettings, national: Gazetteer) -> Iterator[str]:
    named = [a for a in national.by_name.get(district.name, ()) if not a.code.endswith("00")]
    found = national.find(district.name, district.city)
    coded = national.at(district.adcode) if district.adcode != _UNSET else None
    if found is not None and district.adcode != found.code:
        said = (
            f"代码 {district.adcode} 是{_told(coded, national)}" if coded else f"代码 {district.adcode} 不在全国名录中"
        )
        said = "未填写代码" if district.adcode == _UNSET else said
        yield f"adcode: {said}；{district.city}{district.name}的代码是 {found.code}"
    elif found is None and coded is not None and coded.name != district.name:
        yield f"adcode: 代码 {district.adcode} 是{_told(coded, national)}，不是{district.name}；请核对 name 与 adcode"
    elif found is None and named:
        where = "、".join(_told(a, national) for a in named[:4])
        yield f"city: 全国名录中没有{district.city}{district.name}；同名的有{where}；请核对 city，新设的区可不理会"
    if found is not None and found.code[:2] + "0000" != _province(district, national):
        yield f"province: {district.city}{district.name}不在{district.province}；请核对 province"


def _province(district: DistrictSettings, national: Gazetteer) -> str:
    found = national.by_name.get(district.province) or national.by_stem.get(district.province) or []
    return next((a.code for a in found if a.code.endswith("0000")), "")


def _told(area: Area | None, national: Gazetteer) -> str:
    if area is None:
        return "不明"
    city = national.at(area.home.ljust(6, "0"))
    return f"{city.name}{area.name}" if city is not None and city.code != area.code else area.name


def _words(district: DistrictSettings, national: Gazetteer) -> Iterator[str]:
    siblings = set(district.siblings)
    owners: dict[str, str] = {}
    for place in district.places:
        for word in (place.name, *place.aliases, *place.landmarks):
            if word in siblings:
                yield f"places.{place.name}: “{word}”同时列在 siblings 中；它是本区的地名还是同市的其他区，请二选一"
            if word in (district.name, *district.aliases):
                yield f"places.{place.name}: “{word}”就是本区的名称或别称；街道乡镇请另写"
            if word in owners and owners[word] != place.name:
                yield f"places.{place.name}: “{word}”已属于{owners[word]}；一个地名只能归一个街道乡镇"
            if len(word) < 2:
                yield f"places.{place.name}: “{word}”只有一个字，会误中；请写全称"
            owners.setdefault(word, place.name)
    for name in (district.name, *district.aliases):
        if name in siblings:
            yield f"siblings: “{name}”是本区的名称或别称，不应列在同市的其他区中"
    short = stem(district.name)
    for alias in district.aliases:
        if alias == short and short in EVERYDAY:
            yield f"aliases: “{alias}”也是日常用语；只在有城市或单位等佐证时才算本区"
        elif len(alias) < 2:
            yield f"aliases: “{alias}”只有一个字，会误中；请写全称"
    if district.name in NOUN_NAMES:
        yield f"name: “{district.name}”也是普通名词；只在写明{district.city}或信源在{district.city}时才算本区"
