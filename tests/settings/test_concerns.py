"""concerns.toml: whom and what a report must not overlook."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import settings
from monitor.settings.concerns import DEFAULTS, Concern
from tests.conftest import ROOT

DISTRICT = 'name = "示例区"\ncity = "示例市"\nprovince = "示例省"\n'


def folder(path: Path, concerns: str | None) -> Path:
    (path / "district.toml").write_text(DISTRICT, encoding="utf-8")
    if concerns is not None:
        (path / "concerns.toml").write_text(concerns, encoding="utf-8")
    return path


def test_the_shipped_file_says_what_the_program_brings() -> None:
    """Deleting the file changes nothing, and a reader of the file sees every word that counts."""
    assert settings.load(ROOT / "config", {}).concerns.concern == DEFAULTS


def test_without_the_file_the_defaults_hold(tmp_path: Path) -> None:
    assert settings.load(folder(tmp_path, None), {}).concerns.concern == DEFAULTS


def test_an_office_writes_its_own(tmp_path: Path) -> None:
    text = '[[concern]]\nname = "渡口"\nweight = 1.5\nwords = ["渡船", "码头"]\nnot_words = ["码头面馆"]\n'
    (own,) = settings.load(folder(tmp_path, text), {}).concerns.concern
    assert own == Concern(name="渡口", weight=1.5, words=("渡船", "码头"), not_words=("码头面馆",))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[concern]]\nname = "a"\nweight = 3\nwords = ["停水"]\n', "concern.a.weight: 不得大于 2"),
        ('[[concern]]\nname = "a"\nweight = 0\nwords = ["停水"]\n', "concern.a.weight: 须大于 0"),
        ('[[concern]]\nname = "a"\nwords = []\n', "concern.a.words: 不能为空列表"),
        ('[[concern]]\nname = "a"\nwords = ["水"]\n', "concern.a.words.第1项: 不能为空"),
        ('[[concern]]\nname = "a"\nword = ["停水"]\n', "是否想写 words？"),
        ('[[concern]]\nname = "a"\nwords = ["停水"]\nnot_words = ["停水"]\n', "永远不会命中"),
        ('[[concern]]\nname = "a"\nwords = ["停水"]\n' * 2, "分组名称重复"),
    ],
)
def test_what_could_not_work_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    problems = settings.problems_of(folder(tmp_path, text), {})
    assert any("concerns.toml" in p and said in p for p in problems), problems
