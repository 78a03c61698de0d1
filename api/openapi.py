"""OpenAPI 3.1, generated from the operations that the routes are made of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from api.errors import CONTENT_TYPE
from api.operation import PREFIX, Operation
from api.shapes import ProblemShape

_REF = "#/components/schemas/{model}"
_PROBLEMS: Mapping[int, str] = {
    400: "参数有误",
    401: "未登录，或登录、令牌已失效",
    403: "没有权限，或缺少防伪标记",
    404: "没有这个对象",
    409: "同时有人修改",
    413: "请求体太长",
    415: "请求体不是 JSON，或经过压缩",
    429: "一分钟内的请求太多",
    503: "数据库暂时连不上",
}
_EXAMPLES: Mapping[int, tuple[str, str, str, str]] = {
    400: ("bad_parameter", "参数有误", "limit：不得大于 200", "改正列出的参数后再试；全部参数见 /openapi.json"),
    401: ("unauthorized", "请先登录", "需要登录，或提供有效的 Bearer 令牌", "程序请用 yuqing user token 建立令牌"),
    403: ("forbidden", "没有权限", "此操作需要“值班”角色", "如确有需要，请联系管理员"),
    404: ("not_found", "没有这个预警", "编号不对，或该预警已不在库中", "预警列表见 /alerts"),
    409: ("conflict", "同时有人修改", "内容刚刚被别人改过", "刷新后再试"),
    413: ("too_large", "请求太大", "提交的内容超过上限", "缩短后再试"),
    415: ("unsupported_media_type", "内容类型不对", "请求体须为 JSON", "设置 Content-Type: application/json"),
    429: ("too_many_requests", "请求太多", "每分钟最多 600 次；请 3 秒后再试", "程序请按 Retry-After 等待"),
    503: ("store_unavailable", "数据库暂时连不上", "采集仍在继续，数据会在恢复后补上", "稍等片刻再刷新"),
}
_HEADERS = {
    "X-Request-Id": {"description": "这次请求的编号，与日志一致", "schema": {"type": "string"}},
    "RateLimit": {"description": "本分钟还可请求多少次（r）", "schema": {"type": "string"}},
}
_RECORDED = Path(__file__).with_name("examples.json")


def document(operations: Iterable[Operation], title: str) -> dict[str, Any]:
    """The whole description. ``title`` names the service of this district."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for operation in operations:
        path = PREFIX + re.sub(r"<(\w+)>", r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.value.lower()] = _operation(operation, path, schemas)
    _schema(ProblemShape, schemas, "Problem")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version("yuqing"),
            "description": "帖文只以披露规则后的数量出现：不足 10 不显示，其余取整到 5。没有任何操作列出帖文。",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "用 yuqing user token 建立"},
                "session": {"type": "apiKey", "in": "cookie", "name": "yuqing_session"},
            },
        },
        "security": [{"bearer": []}, {"session": []}],
    }


def _operation(operation: Operation, path: str, schemas: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": f"{operation.description} 所需角色：{operation.role.label}。".strip(),
        "parameters": [*_path_parameters(path), *_query_parameters(operation, schemas)],
        "responses": _responses(operation, schemas),
    }
    if operation.body is not None:
        schema = _schema(operation.body, schemas, operation.body.__name__)
        example = _example("bodies", operation.body.__name__)
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema, **example}}}
    return described


def _path_parameters(path: str) -> list[dict[str, Any]]:
    # An id with a slash is another path, and a dot segment is resolved before the request leaves the reader.
    schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[^/?#\\.][^/?#\\]*$"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in re.findall(r"{(\w+)}", path)]


def _query_parameters(operation: Operation, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    whole = operation.query.model_json_schema(ref_template=_REF)
    _adopt(whole.pop("$defs", {}), schemas)
    required = whole.get("required", [])
    parameters = []
    for name, given in whole.get("properties", {}).items():
        schema = _without_null(given)
        parameter: dict[str, Any] = {"name": name, "in": "query", "required": name in required, "schema": schema}
        if "description" in schema:
            parameter["description"] = schema.pop("description")
        if schema.get("type") == "array":
            parameter |= {"style": "form", "explode": True}
        parameters.append(parameter)
    return parameters


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is absent, never null."""
    schema = {key: value for key, value in schema.items() if key not in ("title",)}
    options = [o for o in schema.pop("anyOf", []) if o.get("type") != "null"]
    if options:
        inner = options[0] if len(options) == 1 else {"anyOf": options}
        schema = {**inner, **{k: v for k, v in schema.items() if not (k == "default" and v is None)}}
    return schema


def _responses(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {
        media: {"schema": _file(media), **_example("answers", media)} for media in operation.media.split(", ")
    }
    if operation.answer is not None:
        name = operation.answer.__name__
        content = {
            operation.media: {"schema": _schema(operation.answer, schemas, name), **_example("answers", name)}
        }  # fmt: skip
    responses: dict[str, Any] = {"200": {"description": "成功", "content": content, "headers": _HEADERS}}
    if operation.method == "GET":
        responses["304"] = {"description": "内容没有变化（If-None-Match）"}
    wanted = {400, 401, 403, 429, 503}
    wanted |= {404} if operation.found else set()
    wanted |= {409, 413, 415} if operation.body is not None else set()
    for status in sorted(wanted):
        responses[str(status)] = _problem(status)
    return responses


def _problem(status: int) -> dict[str, Any]:
    kind, title, detail, hint = _EXAMPLES[status]
    example = {
        "type": f"/problems/{kind}", "title": title, "status": status, "detail": detail, "hint": hint,
        "request_id": "5c1f0b7a9d2e4f68",
    }  # fmt: skip
    content = {CONTENT_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}, "example": example}}
    answer: dict[str, Any] = {"description": _PROBLEMS[status], "content": content}
    if status in (429, 503):
        retry = {"description": "多少秒后再试", "schema": {"type": "integer", "minimum": 1}}
        answer["headers"] = {"Retry-After": retry}
    return answer


def _example(part: str, name: str) -> dict[str, Any]:
    """A recorded example of the fictional district (tests/api/examples.py makes them anew)."""
    known = _recorded()[part]
    return {"example": known[name]} if name in known else {}


@cache
def _recorded() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(_RECORDED.read_text(encoding="utf-8"))
    return found


def _file(media: str) -> dict[str, Any]:
    if media == "application/json":
        return {"type": "object"}
    binary = media.startswith("application/")
    return {"type": "string", "contentEncoding": "binary"} if binary else {"type": "string"}


def _schema(model: type[BaseModel], schemas: dict[str, Any], name: str) -> dict[str, Any]:
    whole = model.model_json_schema(
        ref_template=_REF, mode="serialization" if "Shape" in _bases(model) else "validation"
    )
    _adopt(whole.pop("$defs", {}), schemas)
    schemas[name] = whole
    return {"$ref": _REF.format(model=name)}


def _bases(model: type[BaseModel]) -> set[str]:
    return {base.__name__ for base in model.__mro__}


def _adopt(definitions: Mapping[str, Any], schemas: dict[str, Any]) -> None:
    schemas.update(definitions)
