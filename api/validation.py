"""Wrong parameters, all at once, in Chinese."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from api.errors import Problem

_MESSAGES = {
    "missing": "缺少必填参数",
    "extra_forbidden": "不认识的参数",
    "string_type": "应为一个文字值",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_parsing_size": "数字太大",
    "bool_parsing": "应为 true 或 false",
    "bool_type": "应为 true 或 false",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 个字",
    "too_long": "太多，最多 {max_length} 个",
    "literal_error": "只能是 {expected} 之一",
    "enum": "只能是 {expected} 之一",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
    "string_pattern_mismatch": "写法不对",
    "model_type": "应为一个 JSON 对象",
    "model_attributes_type": "应为一个 JSON 对象",
    "dict_type": "应为一个 JSON 对象",
}


def problem_of(error: ValidationError | Mapping[str, str], known: tuple[str, ...] = ()) -> Problem:
    """One problem that names every wrong parameter; it never repeats what was typed."""
    if isinstance(error, ValidationError):
        details = error.errors(include_url=False, include_input=False)
        found = [(".".join(str(step) for step in d["loc"]), _told(dict(d), known)) for d in details]
    else:
        found = list(error.items())
    problems = tuple({"parameter": name[:60], "detail": text} for name, text in found)
    detail = "；".join(f"{p['parameter']}：{p['detail']}" if p["parameter"] else p["detail"] for p in problems[:5])
    return Problem(
        400,
        "bad_parameter",
        "参数有误",
        detail,
        hint="改正列出的参数后再试；全部参数见 /openapi.json",
        problems=problems,
    )


def form_of(model: type[BaseModel], **values: Any) -> Any:
    """A form's values as the body that the API would take. Raises the same problem."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise problem_of(error) from None


def _told(detail: dict[str, Any], known: tuple[str, ...]) -> str:
    kind = detail["type"]
    context = detail.get("ctx") or {}
    if kind == "value_error":
        return str(context.get("error", "写法不对"))
    text = _MESSAGES.get(kind, "写法不对")
    text = text.format(**{k: str(v).replace(" or ", "、").replace("'", "") for k, v in context.items()})
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(detail["loc"][-1]), known, n=1, cutoff=0.5)
        text += f"；是否想写 {near[0]}？" if near else f"；可用的有：{'、'.join(known) or '无'}"
    return text
