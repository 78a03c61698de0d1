"""One API operation: permission, parameters, audit, answer with ETag. Routes and OpenAPI come from one object."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPMethod
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api import context
from api.auth.caller import Caller, check_csrf, required, scope_of
from api.errors import Problem
from api.validation import problem_of
from monitor.intake.redact import redact
from monitor.model import Kind
from monitor.ops import audit
from monitor.ops.people import Role, Scope

PREFIX = "/api/v1"
View = TypeVar("View", bound=Callable[..., BaseModel | Response])


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``answer`` is the JSON model of a 200, or None where ``media`` names other types, with ``, `` between them."""

    method: HTTPMethod
    path: str
    name: str
    tag: str
    role: Role
    summary: str
    description: str
    answer: type[BaseModel] | None
    media: str
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    audit: audit.Action | None
    found: bool
    """Whether it can answer 404: it names one thing by its id."""
    scope: Scope
    """What a bearer token has to be for."""
    shared: bool
    """Its answer is the same for everybody who may ask and asking changes nothing, so it may be kept for a moment."""


class Resource:
    """The operations of one resource: a Flask blueprint and what OpenAPI says about it."""

    def __init__(self, name: str, tag: str) -> None:
        self.tag = tag
        self.blueprint = Blueprint(f"api_{name}", __name__, url_prefix=PREFIX)
        self.operations: list[Operation] = []

    def get(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._operation(HTTPMethod.GET, path, **options)

    def post(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._operation(HTTPMethod.POST, path, **options)

    def put(self, path: str, **options: Any) -> Callable[[View], View]:
        return self._operation(HTTPMethod.PUT, path, **options)

    def _operation(
        self, method: HTTPMethod, path: str, *, role: Role, answer: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None, body: type[BaseModel] | None = None,
        audited: audit.Action | None = None, media: str = "application/json", shared: bool = False
    ) -> Callable[[View], View]:  # fmt: skip
        def add(view: View) -> View:
            summary, _, rest = (view.__doc__ or "").strip().partition("\n")
            operation = Operation(
                method=method, path=path, name=view.__name__, tag=self.tag, role=role, summary=summary,
                description=" ".join(rest.split()), answer=answer, media=media, query=query, body=body,
                audit=audited, found="<" in path, scope=_scope(method, path, role, audited),
                shared=shared,
            )  # fmt: skip
            self.operations.append(operation)
            self.blueprint.add_url_rule(path, view.__name__, _handler(operation, view), methods=[method.value])
            return view

        return add


def _scope(method: HTTPMethod, path: str, role: Role, audited: audit.Action | None) -> Scope:
    if audited is audit.Action.EXPORT and role is not Role.ADMIN:
        return Scope.EXPORT
    return scope_of(method.value, PREFIX + path, role)


def _handler(operation: Operation, view: Callable[..., Any]) -> Callable[..., Response]:
    @functools.wraps(view)
    def handle(**path: str) -> Response:
        caller = required(operation.role, operation.scope)
        check_csrf(caller)
        given: dict[str, Any] = dict(path)
        query = parse_query(operation.query)
        if query is not None:
            given["query"] = query
        if operation.body is not None:
            given["body"] = _parse_body(operation.body)
            given["caller"] = caller
        if operation.shared:
            response = _shared(operation, lambda: view(**given), path)
        else:
            result = view(**given)
            response = result if isinstance(result, Response) else conditional(_json(result))
        if operation.audit is not None:
            note(caller, operation.audit)
        return response

    return handle


def parse_query(model: type[BaseModel] | None, *, skip_empty: bool = False) -> Any:
    """The query parameters as the model reads them; unknown, repeated or wrong ones are one problem with all of them.

    A field that is a tuple may be given several times or with commas (``kind=news,board``).
    """
    values: dict[str, Any] = {}
    fields = {f.alias or name: f for name, f in model.model_fields.items()} if model else {}
    for name, given in request.args.lists():
        if skip_empty and not any(given):
            continue
        many = name in fields and str(fields[name].annotation).startswith("tuple")
        if many:
            values[name] = [part for value in given for part in value.split(",")]
        else:
            values[name] = given[0] if len(given) == 1 else given
    if model is None:
        if values:
            raise problem_of(dict.fromkeys(values, "不认识的参数；此操作没有参数"))
        return None
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise problem_of(error, known=tuple(fields)) from None


def note(caller: Caller, action: audit.Action) -> None:
    """Writes down who asked for what (S7), before the answer leaves; without it there is no answer.

    Words searched for lose personal data like every text that reaches a disk (S2). Cursors tell nothing.
    """
    given = [(key, value) for key, value in request.args.items(multi=True) if key != "cursor" and value]
    asked = [(key, redact(value, Kind.BOARD).text if key == "q" else value) for key, value in given]
    target = request.path + (f"?{urlencode(asked)}" if asked else "")
    audit.record(context.store(), caller.name, action, target, context.now())


def conditional(response: Response) -> Response:
    """Adds an ETag of the body and answers 304 where the reader has it already."""
    return _conditional(response, _etag(response.get_data()))


def _conditional(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Cookie, Authorization"
    if "HTTP_IF_NONE_MATCH" in request.environ and request.if_none_match.contains(etag):
        response.make_conditional(request)
    return response


def _shared(operation: Operation, make: Callable[[], Any], path: Mapping[str, str]) -> Response:
    """The answer as it was made for anybody a moment ago (``api.kept``), or made now."""

    def made() -> tuple[bytes, str]:
        data = make().model_dump_json().encode()
        return data, _etag(data)

    asked = tuple(sorted(request.args.items(multi=True))) if request.query_string else ()
    key = (operation.name, tuple(sorted(path.items())), asked)
    data, etag = context.current().answers.get(key, context.now(), made, lambda kept: len(kept[0]) + 500)
    return _conditional(Response(data, content_type="application/json"), etag)


def _etag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), content_type="application/json")


def _parse_body(model: type[BaseModel]) -> BaseModel:
    try:
        data = request.get_json()
    except UnsupportedMediaType:
        raise
    except (BadRequest, RecursionError):
        raise Problem(
            400, "bad_request", "请求体读不懂", "请求体不是正确的 JSON", hint="检查引号、逗号和编码"
        ) from None
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise problem_of(error, known=tuple(model.model_fields)) from None
