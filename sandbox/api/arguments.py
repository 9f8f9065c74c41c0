"""Parsing of arguments: from a query, a form, a multipart form or JSON, with `1` for true and JSON inside strings."""

import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from sandbox.api.table import Argument, Method
from sandbox.errors import SlackError, invalid_arguments

Json = dict[str, Any]

TRUE = frozenset({"1", "true", "t", "yes"})
FALSE = frozenset({"0", "false", "f", "no", ""})

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
JSON = "application/json"


def body(content_type: str, content: bytes) -> tuple[Json, bool]:
    """Parse the body of a call; return it, and whether it was JSON. Raises SlackError if it can't be parsed."""
    kind = content_type.partition(";")[0].strip().lower()
    if not content:
        return {}, kind == JSON
    if kind == JSON:
        return _json(content), True
    if kind == MULTIPART:
        return _multipart(content_type, content), False
    if kind in (FORM, ""):
        try:
            return dict(parse_qsl(content.decode(), keep_blank_values=True)), False
        except UnicodeDecodeError as error:
            raise SlackError("invalid_form_data") from error
    raise SlackError("invalid_post_type")


def _json(content: bytes) -> Json:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SlackError("invalid_json") from error
    if not isinstance(data, dict):
        raise SlackError("json_not_object")
    return data


def _multipart(content_type: str, content: bytes) -> Json:
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + content)
    fields: Json = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if name is None or not isinstance(payload, bytes):
            raise SlackError("invalid_form_data")
        is_file = part.get_filename() is not None
        try:
            fields[str(name)] = payload if is_file else payload.decode()
        except UnicodeDecodeError as error:
            raise SlackError("invalid_form_data") from error
    return fields


def read(method: Method, given: Json) -> Json:
    """Convert the given arguments to the method's types. Unknown ones are dropped, as Slack does.

    An argument that is missing or null is absent from the result.
    """
    missing = [arg.name for arg in method.args if arg.required and given.get(arg.name) is None]
    if missing:
        raise invalid_arguments(*(f"missing required field: {name}" for name in missing))
    return {arg.name: _value(arg, given[arg.name]) for arg in method.args if given.get(arg.name) is not None}


def _value(arg: Argument, value: Any) -> Any:
    if arg.kind == "bool":
        return _bool(arg.name, value)
    if arg.kind == "int":
        return _int(arg.name, value)
    if arg.kind == "json":
        return _structure(arg.name, value)
    if arg.kind == "csv":
        return _list(arg.name, value)
    return _text(arg.name, value)


def _bool(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in TRUE and word not in FALSE:
        raise invalid_arguments(f"must be a boolean [json-pointer:/{name}]")
    return word in TRUE


def _int(name: str, value: Any) -> int:
    try:
        return int(float(value)) if not isinstance(value, int) else int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise invalid_arguments(f"must be a number [json-pointer:/{name}]") from error


def _structure(name: str, value: Any) -> Any:
    """Parse JSON inside a string.

    Return an Unreadable if it is invalid, so that the method can name the error itself.
    """
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return Unreadable(name)


def _list(name: str, value: Any) -> list[str]:
    if isinstance(value, str) and value.startswith("["):
        value = _structure(name, value)
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise invalid_arguments(f"must be a comma-separated list [json-pointer:/{name}]")


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise invalid_arguments(f"must be a string [json-pointer:/{name}]")


class Unreadable:
    """Marks an argument that should have been JSON but was not."""

    def __init__(self, name: str) -> None:
        self.name = name
