"""Board messages read without their texts are the messages themselves, in every keeping."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.errors import BadQuery
from monitor.model import Kind, Reply
from monitor.store import Question, RecordQuery, Store
from monitor.store.rules import micros
from tests.store import made


def test_questions_are_the_messages_with_their_clocks_and_the_beginning_of_the_reply(store: Store) -> None:
    later = made.NOON + timedelta(hours=5, minutes=7, seconds=3)
    answer = Reply("已核实并修复，" * 40, later, "区水务局")
    undated = Reply("收悉", None, None)
    messages = [
        made.message("a", reply=answer, topics=("供水", "城乡建设")),
        made.message("b", published=made.NOON - timedelta(hours=1), reply=undated),
        made.message("c", published=made.NOON + timedelta(minutes=1), topics=()),
    ]
    store.add([*messages, made.article("news"), made.post("p")])
    found = store.questions(RecordQuery(), reply_chars=9)
    assert [q.id for q in found] == ["b", "a", "c"], "oldest first, messages only"
    by_id = {q.id: q for q in found}
    assert by_id["a"] == Question(
        id="a", at=micros(made.NOON), topics=("供水", "城乡建设"), reply=Reply(answer.text[:9], later, "区水务局")
    )
    assert by_id["a"].published == made.NOON
    assert by_id["b"].reply == undated
    assert (by_id["c"].topics, by_id["c"].reply) == ((), None)
    assert {q.id: q.reply.text for q in store.questions(RecordQuery()) if q.reply} == {"a": "", "b": ""}


def test_questions_follow_the_query_and_see_a_reply_that_was_recorded_later(store: Store) -> None:
    store.add([made.message("a", topics=("供水",)), made.message("b", topics=("噪音",))])
    assert store.record_reply("b", Reply("已处理", made.NOON, "区生态环境局"))
    assert [q.id for q in store.questions(RecordQuery(topics=("供水",)))] == ["a"]
    assert [q.id for q in store.questions(RecordQuery(answered=True))] == ["b"]
    assert not store.questions(RecordQuery(until=made.NOON))


@pytest.mark.parametrize(
    "query", [RecordQuery(kinds=(Kind.POST,)), RecordQuery(kinds=(Kind.NEWS,)), RecordQuery(text="水")]
)
def test_other_kinds_and_searches_are_refused(store: Store, query: RecordQuery) -> None:
    with pytest.raises(BadQuery):
        store.questions(query)
