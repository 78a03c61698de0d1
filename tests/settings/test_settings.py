"""The configuration is checked whole: every problem, with file, key and hint."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.settings import load, problems_of
from tests.conftest import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "config", tmp_path / "config"))


def _edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_configuration_has_no_problem() -> None:
    assert problems_of(ROOT / "config", {}) == ()


def test_every_problem_of_every_file_is_told_at_once(folder: Path) -> None:
    _edit(folder, "service.toml", "delay_s = 2.0", "delya_s = 2.0")
    _edit(folder, "alerts.toml", "minimum = 10", "minimum = 3")
    _edit(folder, "district.toml", 'name = "示例区"', "name = 5")
    problems = problems_of(folder, {})
    assert len(problems) == 3
    assert any("service.toml: crawl.delya_s: 不认识的键；是否想写 delay_s？" in p for p in problems)
    assert any("alerts.toml: spike.minimum: 不得小于 10" in p for p in problems)
    assert any("district.toml: name: 应为文字" in p for p in problems)
    with pytest.raises(SettingsError) as caught:
        load(folder, {})
    assert caught.value.problems == problems


def test_a_list_item_is_named_by_its_id_not_its_number(folder: Path) -> None:
    _edit(folder, "sources.toml", 'adapter = "import"', 'adapter = "ftp"')
    assert problems_of(folder, {})[0].startswith(f"{folder / 'sources.toml'}: source.hotline.adapter: 只能是")


def test_files_that_contradict_each_other_are_told(folder: Path) -> None:
    _edit(folder, "response_plan.toml", 'topic = "供水"', 'topic = "供水水"')
    _edit(folder, "response_plan.toml", 'department = "区供电公司"\ndeadline_h', 'department = "区电力局"\ndeadline_h')
    _edit(folder, "alerts.toml", 'channels = ["log"]', 'channels = ["mail"]')
    text = "\n".join(problems_of(folder, {}))
    assert "没有专题“供水水”" in text
    assert "部门“区电力局”没有登记" in text
    assert "没有名为“mail”的渠道" in text


def test_a_public_source_needs_a_contact_and_a_polite_delay(folder: Path) -> None:
    (folder / "sources.toml").write_text(
        '[[source]]\nid="a"\nname="甲"\nkind="news"\nadapter="rss"\nurl="https://example.org/f"\ndelay_s=0.1\n',
        encoding="utf-8",
    )
    text = "\n".join(problems_of(folder, {}))
    assert "crawl.contact" in text
    assert "不得小于 1 秒" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"[[[", "不是正确的 TOML"), ("名=“坏”".encode(), "不是正确的 TOML"), ("# 中文".encode("gbk"), "不是 UTF-8 编码")],
)
def test_a_broken_file_is_one_clear_problem(folder: Path, content: bytes, said: str) -> None:
    (folder / "topics.toml").write_bytes(content)
    problems = problems_of(folder, {})
    assert len(problems) == 1
    assert said in problems[0]


def test_an_unknown_file_and_a_missing_one_are_told(folder: Path) -> None:
    (folder / "district.toml").rename(folder / "distrikt.toml")
    text = "\n".join(problems_of(folder, {}))
    assert "不认识的配置文件；是否想写 district？" in text
    assert "district.toml: 缺少这个文件" in text


def test_a_missing_folder_says_how_to_get_one(tmp_path: Path) -> None:
    assert "没有这个配置文件夹" in problems_of(tmp_path / "none", {})[0]


def test_secrets_come_from_the_environment_or_a_file_and_are_never_printed(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("p4ss\n", encoding="utf-8")
    settings = load(
        folder,
        {"YUQING_SERVICE__SMTP__PASSWORD_FILE": str(secret), "YUQING_SERVICE__HTTP__PORT": "8123", "HOME": "/"},
    )
    assert settings.service.smtp.password.get_secret_value() == "p4ss"
    assert settings.service.http.port == 8123
    assert "p4ss" not in repr(settings)


def test_an_unreadable_secret_file_and_an_unknown_variable_are_told(folder: Path) -> None:
    text = "\n".join(problems_of(folder, {"YUQING_SERVICE__SMTP__PASSWORD_FILE": "/none", "YUQING_SERVIS__X": "1"}))
    assert "YUQING_SERVICE__SMTP__PASSWORD_FILE: 环境变量所指的文件读不到" in text
    assert "YUQING_SERVIS__X" in text


def test_retention_of_posts_cannot_be_raised_above_thirty_days(folder: Path) -> None:
    _edit(folder, "service.toml", "post_days = 30", "post_days = 31")
    assert "retention.post_days: 不得大于 30" in problems_of(folder, {})[0]


def test_settings_cannot_be_changed_after_loading(folder: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load(folder, {}).service.store.prefix = "x"  # type: ignore[misc]
