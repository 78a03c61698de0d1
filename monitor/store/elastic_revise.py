"""Changing records where they lie in Elasticsearch: answers, revisions, withdrawals.

A record is one document, and its cells are counted over the documents, so each change is one write that names the
version it was made from: done once or not at all, whoever else writes and wherever the writer is killed.

A withdrawn post leaves a stone in its place, which keeps its id from being added again and is no record: it has
``kind`` and ``withdrawn`` and nothing of the text. Where its cells are to stay, the stone has the fields that are
counted; where they are to shrink, it has not. Unlike a void (``elastic_add``) nobody takes its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from monitor.errors import StoreUnavailable
from monitor.model import AnyRecord, BoardMessage, Change, Kind, Post, Reply
from monitor.store import elastic_docs
from monitor.store.elastic_client import Blocked, Clash, Cluster, Found, Json, place, rejected
from monitor.store.elastic_mappings import Names
from monitor.store.revising import revised, stands, taken_back
from monitor.store.rules import moment_of, supersedes

_TRIES = 40
_PAUSE_S = 0.05
_CREATED, _CONFLICT = 201, 409


def locate(cluster: Cluster, names: Names, id: str) -> tuple[str, Found] | None:
    """The bucket and document of a record; the claim is read again if the record moved meanwhile."""
    for _ in range(2):
        claim = cluster.get(names.claims, id)
        if claim is None:
            return None
        found = cluster.get(claim.source["bucket"], id)
        if found is not None and elastic_docs.is_record(found.source):
            return claim.source["bucket"], found
    return None


def reply(cluster: Cluster, names: Names, id: str, answer: Reply) -> bool:
    """``Store.record_reply``."""

    def answered(record: AnyRecord, source: Json) -> Json | None:
        if not isinstance(record, BoardMessage) or not stands(record) or not supersedes(answer, record.reply):
            return None
        return elastic_docs.document(replace(record, reply=answer))

    return _rewrite(cluster, names, id, answered)


def revise(cluster: Cluster, names: Names, id: str, change: Change) -> bool:
    """``Store.revise``."""

    def changed(record: AnyRecord, source: Json) -> Json | None:
        after = revised(record, change)
        return None if after is None else elastic_docs.document(after)

    return _rewrite(cluster, names, id, changed, takes_out=True)


def withdraw(cluster: Cluster, names: Names, id: str, at: datetime, uncount: bool) -> bool:
    """``Store.withdraw``."""

    def taken(record: AnyRecord, source: Json) -> Json | None:
        if not stands(record):
            return None
        if isinstance(record, Post):
            return elastic_docs.stone(id, source["at"], None if uncount else source)
        return elastic_docs.document(taken_back(record, at))

    return _rewrite(cluster, names, id, taken, takes_out=True)


def stones(cluster: Cluster, names: Names) -> Iterator[tuple[str, int]]:
    """(id, time of publication in microseconds) of every post that was withdrawn."""
    filters = [{"term": {"kind": Kind.POST.value}}, {"exists": {"field": "withdrawn"}}]
    cluster.refresh(names.records)
    sort: list[Json] = [{"at": "asc"}, {"id": "asc"}]
    for hits in cluster.hits(names.records, {"bool": {"filter": filters}}, sort, fields=("id", "at")):
        for hit in hits:
            yield hit["_source"]["id"], hit["_source"]["at"]


def put_stones(cluster: Cluster, names: Names, gone: Iterable[tuple[str, int]]) -> None:
    """Makes the ids of withdrawn posts known, for a copy; those that are known already stay as they are."""
    placed = [(id, at, names.bucket(Kind.POST, moment_of(at))) for id, at in gone]
    claims = [
        ({"create": {"_index": names.claims, "_id": id}}, {"kind": Kind.POST.value, "bucket": bucket, "at": at})
        for id, at, bucket in placed
    ]
    documents = [
        ({"create": {"_index": bucket, "_id": id}}, elastic_docs.stone(id, at, None)) for id, at, bucket in placed
    ]
    for lines in (claims, documents):
        for item in cluster.bulk(lines):
            if item.status not in (_CREATED, _CONFLICT):
                raise rejected(item)


def _rewrite(
    cluster: Cluster, names: Names, id: str, made: Callable[[AnyRecord, Json], Json | None], *, takes_out: bool = False
) -> bool:
    """Writes what ``made`` makes of a record over it; False if there is no such record or nothing to be made of it.

    ``takes_out``: a former text goes by it; the next purge leaves nothing of that.
    """
    for _ in range(_TRIES):
        found = locate(cluster, names, id)
        if found is None:
            return False
        bucket, held = found
        document = made(elastic_docs.record_of(held.source), held.source)
        if document is None:
            return False
        if takes_out or "rewritten" in held.source:
            document["rewritten"] = True
        seen = {"if_seq_no": held.seq_no, "if_primary_term": held.primary_term}
        try:
            cluster.call("PUT", place(bucket, id), document, **seen)
        except (Clash, Blocked):
            # Another change at the same moment, or a purge of the month: look again.
            cluster.wait(_PAUSE_S)
            continue
        return True
    raise StoreUnavailable("记录所在的索引正在清理，暂不能改动", "稍后会自动重试")
