"""Adding records to Elasticsearch: none lost, none doubled, whatever is killed and whoever else adds.

A record lies in the index of its time, and Elasticsearch knows an id only within one index. So each id is claimed
first: ``p.claims`` holds a small document per id that names the index (bucket) of its record. Then the record is
created in that bucket. Both writes are ``op_type=create``: done once, a repeat is a conflict.

* Killed between the two: the claim names a bucket without the record. The next ``add`` of the id goes on from there.
* The same id again with another time: the claim leads to the record that is there, and it is a duplicate. If no
  record is there (its adder was killed, or is between its two writes), the newcomer takes the id over: it fences the
  claimed place (puts a void there, or rewrites the void that is there), moves the claim by compare-and-set, and then
  writes its record over what it had seen in its own place before it moved the claim.

Why one record at most: who writes into a place has had the claim on it first, and names the version of the place that
it saw before that (nothing, or a void). Whoever takes the id away later reads the claim, and then changes that version
by fencing. So of a slow write and a fence only one can succeed: if the write, the fence fails and its owner meets a
duplicate; if the fence, the write fails and its owner starts again from the claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from monitor.errors import StoreUnavailable
from monitor.model import AnyRecord
from monitor.store import elastic_docs
from monitor.store.elastic_client import Blocked, Clash, Cluster, Found, Item, Json, place, rejected
from monitor.store.elastic_mappings import Names

_CREATED, _CONFLICT, _FORBIDDEN = 201, 409, 403
_ROUNDS = 20
_PAUSE_S = 0.25
_CHUNK = 500
_AT_ONCE = 2


def add(cluster: Cluster, names: Names, records: Sequence[AnyRecord]) -> list[str]:
    """Adds records with distinct ids; returns the ids that are new."""
    chunks = [records[at : at + _CHUNK] for at in range(0, len(records), _CHUNK)]
    if len(chunks) == 1:
        return _add(cluster, names, chunks[0])
    # While the cluster writes one chunk, the next is made ready. Chunks share no id.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [id for new in pool.map(lambda chunk: _add(cluster, names, chunk), chunks) for id in new]


def _add(cluster: Cluster, names: Names, records: Sequence[AnyRecord]) -> list[str]:
    buckets = {r.id: names.bucket(r.kind, r.published) for r in records}
    claimed = cluster.bulk(_claims(names, records, buckets))
    for item in claimed:
        if item.status not in (_CREATED, _CONFLICT):
            raise rejected(item)
    mine = {item.id for item in claimed if item.status == _CREATED}
    new, rest = _create(cluster, [r for r in records if r.id in mine], buckets)
    rest += [r for r in records if r.id not in mine]
    for attempt in range(_ROUNDS):
        if not rest:
            return new
        if attempt:
            # Met an index that is being purged, or another adder of the same id.
            cluster.wait(min(_PAUSE_S, 0.01 * 2**attempt))
        settled, rest = _settle(cluster, names, rest, buckets)
        new += settled
    raise StoreUnavailable(
        "Elasticsearch 的索引正在清理，暂不能写入", "稍后会自动重试；若清理中断过，再运行一次 yuqing prune"
    )


def _claims(names: Names, records: Iterable[AnyRecord], buckets: dict[str, str]) -> Iterable[tuple[Json, Json]]:
    for record in records:
        yield (
            {"create": {"_index": names.claims, "_id": record.id}},
            elastic_docs.claim(record, buckets[record.id]),
        )


def _create(
    cluster: Cluster, records: Sequence[AnyRecord], buckets: dict[str, str]
) -> tuple[list[str], list[AnyRecord]]:
    """Creates records in their buckets: the ids that came to be, and the records that must be looked at again."""
    if not records:
        return [], []
    items = cluster.bulk(
        ({"create": {"_index": buckets[r.id], "_id": r.id}}, elastic_docs.document(r)) for r in records
    )
    new, rest = [], []
    for record, item in zip(records, items, strict=True):
        if item.status == _CREATED:
            new.append(record.id)
        elif item.status == _CONFLICT or _blocked(item):
            rest.append(record)
        else:
            raise rejected(item)
    return new, rest


def _settle(
    cluster: Cluster, names: Names, records: Sequence[AnyRecord], buckets: dict[str, str]
) -> tuple[list[str], list[AnyRecord]]:
    """Follows the claims of records whose id is claimed already."""
    claims = cluster.multi_get([(names.claims, r.id) for r in records])
    held = [(r, c) for r, c in zip(records, claims, strict=True) if c is not None]
    there = cluster.multi_get([(c.source["bucket"], r.id) for r, c in held])
    new, rest = [], [r for r, c in zip(records, claims, strict=True) if c is None]
    ready: list[AnyRecord] = []
    for (record, claim), found in zip(held, there, strict=True):
        if found is not None and "void" not in found.source:
            continue  # A duplicate.
        try:
            if claim.source["bucket"] == buckets[record.id] and found is None:
                ready.append(record)
            elif _move(cluster, names, record, claim, found, buckets[record.id]):
                new.append(record.id)
            else:
                rest.append(record)
        except Blocked:
            rest.append(record)
    for record in [r for r, c in zip(records, claims, strict=True) if c is None]:
        # Its claim was cleaned away by a purge meanwhile: claim again.
        cluster.bulk(_claims(names, [record], buckets))
    created, again = _create(cluster, ready, buckets)
    return new + created, rest + again


def _move(cluster: Cluster, names: Names, record: AnyRecord, claim: Found, found: Found | None, bucket: str) -> bool:
    """Takes an id over from an adder that may be dead or slow; False if someone else was quicker."""
    old = claim.source["bucket"]
    # Seen before the claim is ours: this order is what the proof above rests on.
    target = found if old == bucket else cluster.get(bucket, record.id)
    if target is not None and "void" not in target.source:
        return False
    try:
        if old != bucket:
            _put(cluster, place(old, record.id), {"void": True}, found)
        _put(cluster, place(names.claims, record.id), elastic_docs.claim(record, bucket), claim)
        _put(cluster, place(bucket, record.id), elastic_docs.document(record), target)
    except Clash:
        return False
    return True


def _put(cluster: Cluster, path: str, document: Json, seen: Found | None) -> None:
    """Writes a document over what was seen there; ``Clash`` if something else is there by now."""
    if seen is None:
        cluster.call("PUT", path, document, op_type="create")
    else:
        cluster.call("PUT", path, document, if_seq_no=seen.seq_no, if_primary_term=seen.primary_term)


def _blocked(item: Item) -> bool:
    return item.status == _FORBIDDEN and item.error == "cluster_block_exception"
