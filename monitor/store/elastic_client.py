"""The only file that knows the Elasticsearch client: one session, its errors as ours, bulk writes, fresh reads.

Only core APIs are used (no scripts, delete-by-query, ILM, ES|QL or ``GET /``), so that every distribution will do.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor.errors import StoreCorrupt, StoreUnavailable

Json = dict[str, Any]
_JSON = {"accept": "application/json", "content-type": "application/json"}
_LINES = {"accept": "application/json", "content-type": "application/x-ndjson"}
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_AWAY = frozenset({408, 429, 502, 503, 504})
_PORTION_BYTES = 6_000_000


@dataclass(frozen=True, slots=True)
class Access:
    """Where the cluster is and how to sign in; empty credentials mean none."""

    url: str
    user: str = ""
    password: str = ""
    api_key: str = ""
    ca_file: Path | None = None
    timeout_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bulk answer."""

    id: str
    status: int
    error: str = ""
    """The type of the error; never its reason, which may quote a text."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document and what a compare-and-set write of it must name."""

    source: Json
    seq_no: int
    primary_term: int


class Cluster:
    """A session with a cluster. Connects at first use; every method raises ``StoreUnavailable`` when it is away."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._client: Any = None

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Json:
        """One request; the answer as JSON. 404 and 409 raise ``Missing`` and ``Clash``."""
        with self._translated():
            answer = self._open().perform_request(method, path, params=params or None, headers=_JSON, body=body)
            return answer.body if isinstance(answer.body, dict) else {}

    def get(self, index: str, id: str) -> Found | None:
        """A document as of now, refreshed or not."""
        try:
            hit = self.call("GET", place(index, id))
        except Missing:
            return None
        return Found(hit["_source"], hit["_seq_no"], hit["_primary_term"])

    def multi_get(self, wanted: Sequence[tuple[str, str]]) -> list[Found | None]:
        """The documents of (index, id) as of now, in order; None where there is none."""
        if not wanted:
            return []
        docs = [{"_index": index, "_id": id} for index, id in wanted]
        answer = self.call("POST", "/_mget", {"docs": docs})["docs"]
        return [Found(d["_source"], d["_seq_no"], d["_primary_term"]) if d.get("found") else None for d in answer]

    def bulk(self, lines: Iterable[tuple[Json, Json | None]]) -> list[Item]:
        """Writes (action, document) pairs in requests of a few megabytes; the outcome of each, in order."""
        items: list[Item] = []
        for body in _portions(lines):
            with self._translated():
                answer = self._open().perform_request("POST", "/_bulk", headers=_LINES, body=body)
            for line in answer.body["items"]:
                ((_, item),) = line.items()
                items.append(Item(item["_id"], item["status"], item.get("error", {}).get("type", "")))
        return items

    def refresh(self, index: str) -> None:
        """Makes every write that returned visible to searches; quick where nothing is new."""
        self.call("POST", f"/{index}/_refresh", ignore_unavailable="true", allow_no_indices="true")

    def search(self, index: str, body: Json) -> Json:
        """A search over all shards or none: a partial answer is an error. An absent alias is empty."""
        return self.call(
            "POST",
            f"/{index}/_search",
            body,
            ignore_unavailable="true",
            allow_no_indices="true",
            allow_partial_search_results="false",
        )

    def buckets(
        self, index: str, query: Json, sources: Sequence[Json], page: int = 10_000
    ) -> Iterator[tuple[Json, int]]:
        """(key, number of documents) of every non-empty combination of the sources, in their order."""
        composite: Json = {"size": page, "sources": list(sources)}
        while True:
            body = {"size": 0, "track_total_hits": False, "query": query, "aggs": {"cells": {"composite": composite}}}
            found = self.search(index, body).get("aggregations", {}).get("cells", {"buckets": []})
            for bucket in found["buckets"]:
                yield bucket["key"], bucket["doc_count"]
            if len(found["buckets"]) < page:
                return
            composite["after"] = found["after_key"]

    def hits(
        self, index: str, query: Json, sort: Sequence[Json], size: int = 1000, fields: Sequence[str] = ()
    ) -> Iterator[list[Json]]:
        """Every hit of a query, in portions, following ``search_after``. ``sort`` must tell all documents apart.

        ``fields`` are those of the document that are wanted; none: all.
        """
        body: Json = {"size": size, "track_total_hits": False, "query": query, "sort": list(sort)}
        if fields:
            body["_source"] = list(fields)
        while True:
            found: list[Json] = self.search(index, body)["hits"]["hits"]
            if found:
                yield found
            if len(found) < size:
                return
            body["search_after"] = found[-1]["sort"]

    def wait(self, seconds: float) -> None:
        """Before the same write is tried again."""
        time.sleep(seconds)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def _open(self) -> Any:
        if self._client is None:
            from elasticsearch import Elasticsearch

            access = self._access
            options: Json = {}
            if access.api_key:
                options["api_key"] = access.api_key
            elif access.user:
                options["basic_auth"] = (access.user, access.password)
            if access.ca_file:
                options["ca_certs"] = str(access.ca_file)
            # A write that was tried twice unseen could report its own first try as a conflict.
            self._client = Elasticsearch(access.url, request_timeout=access.timeout_s, max_retries=0, **options)
        return self._client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from elasticsearch import ApiError, TransportError

        url = self._access.url
        try:
            yield
        except ApiError as error:
            raise _ours(error.meta.status, _type(error.body), url) from None
        except TransportError as error:
            raise StoreUnavailable(
                f"连不上 Elasticsearch（{url}，{type(error).__name__}）", "检查地址、网络和 Elasticsearch 是否在运行"
            ) from None


def place(index: str, id: str, action: str = "_doc") -> str:
    """The path of a document."""
    return f"/{index}/{action}/{quote(id, safe='')}"


class Missing(StoreCorrupt):
    """404: the index or document is not there."""


class Clash(StoreCorrupt):
    """409: another version is there."""


class Blocked(StoreUnavailable):
    """A block forbids the write: an index that is just being purged, or a full disk."""


def _ours(status: int, kind: str, url: str) -> Exception:
    if status == 404:
        return Missing(f"Elasticsearch 中没有所需的索引或文档（{kind}）", "运行 yuqing store init")
    if status == 409:
        return Clash(f"Elasticsearch 版本冲突（{kind}）", "重新读取后再试")
    if kind == "cluster_block_exception":
        return Blocked("Elasticsearch 暂时禁止写入", "检查磁盘水位；若清理中断过，再运行一次 yuqing prune")
    if status in (401, 403):
        return StoreUnavailable(f"Elasticsearch（{url}）拒绝了登录或权限不足", "检查用户名、密码或 API key 及其权限")
    if status in _AWAY:
        return StoreUnavailable(
            f"Elasticsearch（{url}）暂时不可用（{status} {kind}）", "稍后会自动重试；检查集群健康状态"
        )
    return StoreCorrupt(
        f"Elasticsearch 拒绝了请求（{status} {kind}）", "索引可能由其他程序或版本建立；换一个前缀，或从备份恢复"
    )


def rejected(item: Item) -> Exception:
    """The error of a bulk item that was neither done nor an expected conflict."""
    return _ours(item.status, item.error, "")


def _type(body: Any) -> str:
    if not isinstance(body, Mapping) or not isinstance(body.get("error"), Mapping):
        return ""
    causes = body["error"].get("root_cause") or []
    return str(causes[0].get("type") if causes else body["error"].get("type", ""))


def _portions(lines: Iterable[tuple[Json, Json | None]]) -> Iterator[bytes]:
    parts: list[bytes] = []
    size = 0
    for action, document in lines:
        line = _encode(action) + "\n" + (_encode(document) + "\n" if document is not None else "")
        parts.append(line.encode())
        size += len(parts[-1])
        if size >= _PORTION_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)
