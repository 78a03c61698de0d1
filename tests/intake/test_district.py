"""The district rule on real districts: gold of our own, same names elsewhere, everyday words, bad input, hints."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from monitor.intake.district import DistrictReason, DistrictRule, Mention
from monitor.intake.districts.evaluate import eval_district
from monitor.intake.districts.gazetteer import china, stem
from monitor.intake.districts.hints import hints
from monitor.settings.types import DistrictSettings

HERE = Path(__file__).parent
CONFIGS: dict[str, dict[str, Any]] = json.loads((HERE / "district_gold_configs.json").read_text(encoding="utf-8"))
GOLD: list[dict[str, Any]] = [
    json.loads(line) for line in (HERE / "district_gold.jsonl").read_text(encoding="utf-8").splitlines()
]


def configured(name: str, **more: Any) -> DistrictSettings:
    return DistrictSettings.model_validate({**CONFIGS[name], **more})


@cache
def rule(name: str) -> DistrictRule:
    return DistrictRule(configured(name))


def bare(name: str, city: str, province: str) -> DistrictRule:
    """A district of which only the required keys are told: the rest must come from the national list."""
    return DistrictRule(DistrictSettings(name=name, city=city, province=province))


def share_right(rows: list[dict[str, Any]]) -> float:
    found = [rule(r["district"]).judge(r["text"], r.get("source_city", "")).mention is r["mention"] for r in rows]
    return sum(found) / len(found)


def test_the_gold_has_both_answers_for_many_real_districts() -> None:
    assert len(GOLD) >= 300 and len(CONFIGS) >= 6
    for name in CONFIGS:
        answers = {r["mention"] for r in GOLD if r["district"] == name}
        assert answers == {True, False}, name
    assert 0.4 <= sum(r["mention"] for r in GOLD) / len(GOLD) <= 0.6


def test_at_least_95_of_100_mentions_are_judged_right_also_on_the_held_out_third() -> None:
    assert share_right([r for r in GOLD if r["held_out"]]) >= 0.95
    assert share_right([r for r in GOLD if not r["held_out"]]) >= 0.97


@pytest.mark.parametrize(
    ("name", "city", "province", "text", "source", "mention"),
    [
        ("朝阳区", "北京", "北京", "长春市朝阳区停水", "", False),
        ("朝阳区", "长春市", "吉林省", "长春市朝阳区停水", "", True),
        ("朝阳区", "长春市", "吉林省", "北京朝阳区停水", "", False),
        ("朝阳区", "长春市", "吉林省", "朝阳区停水", "北京市", False),
        ("西湖区", "南昌市", "江西省", "武汉东西湖区停水", "", False),
        ("鼓楼区", "徐州市", "江苏省", "云龙区、鼓楼区停水", "", True),
        ("鼓楼区", "南京市", "江苏省", "云龙区、鼓楼区停水", "", False),
        ("南山区", "深圳市", "广东省", "云南山区的学校", "", False),
        ("南山区", "深圳市", "广东省", "海南山区的学校", "深圳市", False),
        ("东城区", "北京市", "北京市", "广东城区积水", "北京市", False),
        ("市中区", "济南市", "山东省", "济南市市中区停水", "", True),
        ("市中区", "济南市", "山东省", "枣庄市中区停水", "", False),
        ("浦东新区", "上海市", "上海市", "青浦东方绿舟", "上海市", False),
        ("浦东新区", "上海市", "上海市", "浦東新區停水", "", True),
        ("昆山市", "苏州市", "江苏省", "昆山一工厂停产", "", True),
        ("新城区", "西安市", "陕西省", "县里建设新城区", "西安市", False),
        ("江北区", "重庆市", "重庆市", "江北区停水", "宁波市", False),
    ],
)
def test_the_national_list_alone_tells_districts_of_one_name_apart(
    name: str, city: str, province: str, text: str, source: str, mention: bool
) -> None:
    assert bare(name, city, province).judge(text, source).mention is mention


@pytest.mark.parametrize(
    ("name", "text", "source", "expected"),
    [
        ("朝阳区", "养老是朝阳产业", "北京市", Mention(False, (), DistrictReason.EVERYDAY)),
        ("朝阳区", "海淀区停水", "北京市", Mention(False, (), DistrictReason.SIBLING)),
        ("朝阳区", "长春市朝阳区南湖公园", "", Mention(False, (), DistrictReason.ELSEWHERE)),
        ("朝阳区", "望京SOHO楼下堵车", "", Mention(True, ("望京街道",), DistrictReason.PLACE)),
        ("朝阳区", "双井桥堵车", "北京日报", Mention(True, ("双井街道",), DistrictReason.PLACE)),
        ("朝阳区", "北京市朝阳区国贸桥", "", Mention(True, ("建外街道",), DistrictReason.WITH_CITY)),
        ("朝阳区", "厦门国贸股份的公告", "北京", Mention(False, (), DistrictReason.ELSEWHERE)),
        ("示例区", "样板区的锦绣花园停水", "示例市", Mention(False, (), DistrictReason.SIBLING)),
        ("示例区", "青石街办、青石路都停水", "示例市", Mention(True, ("青石街道",), DistrictReason.PLACE)),
    ],
)
def test_the_reason_and_the_places_are_told(name: str, text: str, source: str, expected: Mention) -> None:
    assert rule(name).judge(text, source) == expected


def test_a_trusted_source_needs_no_evidence_but_its_places_are_found() -> None:
    assert rule("朝阳区").judge("望京街道停水", trusted=True) == Mention(True, ("望京街道",), DistrictReason.TRUSTED)


def test_a_forum_of_the_district_itself_speaks_of_it_unless_it_only_names_somewhere_else() -> None:
    assert rule("朝阳区").judge("楼上太吵了", "朝阳区").mention
    assert rule("朝阳区").judge("楼上太吵了", "北京市朝阳区").mention
    assert not rule("朝阳区").judge("上海昨夜暴雨", "北京市朝阳区").mention
    assert not rule("朝阳区").judge("楼上太吵了", "长春市朝阳区").mention


def test_streets_may_be_configured_by_their_names_alone() -> None:
    told = configured("朝阳区", places=["三里屯", "黑庄户乡"])
    assert [(p.name, p.kind.value) for p in told.places] == [("三里屯", "street"), ("黑庄户乡", "town")]
    assert DistrictRule(told).judge("三里屯今晚停电").places == ("三里屯",)


def test_a_landmark_that_other_cities_have_needs_the_city_and_one_they_do_not_have_needs_none() -> None:
    local = DistrictRule(
        configured("朝阳区", places=[{"name": "甲街道", "landmarks": ["国贸", "人民公园", "南湖公园"]}])
    )
    assert local.judge("国贸地铁站限流").mention
    assert not local.judge("国贸股份涨停").mention
    assert not local.judge("人民公园、南湖公园的荷花开了").mention
    assert local.judge("人民公园的荷花开了", "北京市").mention
    assert not local.judge("上海一家公司在国贸开店").mention


def test_words_that_are_not_this_are_no_evidence() -> None:
    assert not DistrictRule(configured("江北区", not_this=["江北区图书馆"])).judge("江北区图书馆", "重庆市").mention


@given(
    st.text(st.sampled_from("朝阳区北京长春市的，。三里屯街道西湖东 \x00a1\n"), max_size=60),
    st.sampled_from(["", "北京", "x"]),
)
@hypothesis_settings(max_examples=150, deadline=None)
def test_any_text_gets_an_answer(text: str, city: str) -> None:
    found = rule("朝阳区").judge(text, city)
    assert found.mention is (found.reason in (DistrictReason.FULL_NAME, DistrictReason.WITH_CITY, DistrictReason.PLACE))
    assert found.mention or not found.places


@pytest.mark.parametrize("piece", ["长春市朝阳区停水，", "北京朝阳", "朝", "\ud800", "三里屯。上海"])
def test_a_text_of_a_megabyte_is_judged_at_once(piece: str) -> None:
    begun = time.process_time()
    rule("朝阳区").judge(piece * (1_000_000 // len(piece)))
    assert time.process_time() - begun < 1


def test_the_list_knows_the_country() -> None:
    assert {a.code for a in china().by_name["鼓楼区"]} == {"320106", "320302", "350102", "410204"}
    assert stem("恩施土家族苗族自治州") == "恩施" and stem("浦东新区") == "浦东" and stem("横县") == "横县"
    assert "三里屯街道" in china().streets_of("110105")
    assert china().find("朝阳区", "北京") == china().find("朝阳区", "北京市", "000000")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"adcode": "220104"}, "是长春市朝阳区；北京市朝阳区的代码是 110105"),
        ({"adcode": "999999"}, "不在全国名录中"),
        ({"adcode": "000000"}, "未填写代码"),
        ({"city": "上海市", "adcode": "000000"}, "同名的有北京市朝阳区、长春市朝阳区"),
        ({"province": "吉林省"}, "请核对 province"),
        ({"siblings": ["三里屯街道"]}, "请二选一"),
        ({"siblings": ["朝阳区"]}, "不应列在同市的其他区中"),
        ({"aliases": ["朝阳"]}, "也是日常用语"),
        (
            {"places": [{"name": "甲街道", "landmarks": ["乙路"]}, {"name": "丙街道", "landmarks": ["乙路"]}]},
            "只能归一个",
        ),
    ],
)
def test_a_doubtful_configuration_gives_a_hint(changed: dict[str, Any], said: str) -> None:
    found = hints(configured("朝阳区", **{"aliases": [], **changed}))
    assert any(said in line for line in found), found


def test_right_configurations_give_no_hint() -> None:
    for name in ("西湖区", "鼓楼区", "浦东新区", "示例区"):
        assert hints(configured(name, aliases=[])) == (), name


def test_eval_prints_the_rule_beside_substring_matching(tmp_path: Path) -> None:
    given_rows = [r for r in GOLD if r["district"] == "西湖区"]
    found = eval_district(given_rows, configured("西湖区"))
    assert found["rule"]["accuracy"]["value"] > found["substring_name"]["accuracy"]["value"]
    assert set(found) == {"rule", "substring_name", "substring_any"}
    (tmp_path / "gold.jsonl").write_text('{"text": "示例区停水", "mention": true}\n', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from monitor.cli import main; main()", "eval", "district", str(tmp_path / "gold.jsonl"), "--json"],
        capture_output=True, cwd=HERE.parents[1], timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["rule"]["accuracy"]["value"] == 1.0
