"""The OpenAPI document: the routes as they are, each call with its own 2.1 schema, each list with its filters."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig

import pluglot
from pluglot.messages.action import Action
from pluglot.messages.base import CustomData
from pluglot.web.api.calls import CALLS
from pluglot.web.api.lists import CHOICES, DEFAULT_LIMIT, FILTERS, FLAGS, LARGEST_LIMIT, NUMBERS
from pluglot.web.api.live import EVENT_STREAM
from pluglot.web.api.shapes import CallAnswerShape
from pluglot.web.api.transactions import CSV, TABLES
from pluglot.web.problems import KINDS, PROBLEM_JSON
from pluglot.web.security import PUBLIC

ROOT = "/api/v1"
#: What every operation may answer; 503 whenever the store cannot be used.
_PROBLEM_STATUSES = ("400", "401", "403", "404", "409", "413", "422", "500", "503")
_CALL_STATUSES = ("501", "502", "504")
#: Operations that create what there is not yet, and then say so by 201 instead of 200.
_CREATING = (f"{ROOT}/stations/{{stationId}}", f"{ROOT}/tokens/{{type}}/{{idToken}}")


@get("/openapi.json", opt={"right": PUBLIC}, include_in_schema=False)
async def openapi_document() -> Response[bytes]:
    """The whole document; what the API looks like is no secret."""
    return Response(_encoded(), media_type="application/vnd.oai.openapi+json")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(document())


def document() -> dict[str, Any]:
    """The framework's document of these routes, completed."""
    from pluglot.web.api import ROUTES  # noqa: PLC0415 -- the route of this very document is one of them

    config = OpenAPIConfig(title="pluglot", version=pluglot.__version__, use_handler_docstrings=True)
    # Described only, never served: what the routes are given does not matter.
    given = {"web": Provide(_nothing)}
    described = Litestar(
        [Router(ROOT, route_handlers=ROUTES)],
        dependencies=given,
        openapi_config=config,
        logging_config=None,  # the framework would replace the logging of the whole process
    )
    whole: dict[str, Any] = described.openapi_schema.to_schema()
    schemas = whole.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = _problem_schema()
    schemas |= msgspec.json.schema_components([CallAnswerShape], ref_template="#/components/schemas/{name}")[1]
    schemas.update(_message_schemas())
    for action in CALLS.values():
        whole["paths"][f"{ROOT}/stations/{{stationId}}/calls/{action.name}"] = {"post": _call(action)}
    for path in [path for path in whole["paths"] if "_id}" in path or "{type_}" in path]:
        whole["paths"][_camel_path(path)] = _camel_parameters(whole["paths"].pop(path))
    for name in FILTERS:
        operation = whole["paths"].get(f"{ROOT}/{name}", {}).get("get")
        if operation is not None:
            operation["parameters"] = [*operation.get("parameters", []), *_list_parameters(name)]
    _tell_answers(whole["paths"])
    whole["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    whole["security"] = [{"bearer": []}]
    return whole


async def _nothing() -> None:
    return None


def _tell_answers(paths: dict[str, Any]) -> None:
    """Tell what the framework cannot know: other media types, a second success, and every problem."""
    for name in TABLES:
        paths[f"{ROOT}/{name}"]["get"]["responses"]["200"]["content"][CSV] = {"schema": {"type": "string"}}
    stream = {EVENT_STREAM: {"schema": {"type": "string"}}}
    paths[f"{ROOT}/live"]["get"]["responses"]["200"] = {"description": "Events, until closed", "content": stream}
    for path in _CREATING:
        responses = paths[path]["put"]["responses"]
        responses["200"]["description"] = "It was there already, and is changed"
        responses["201"] = {**responses["200"], "description": "It is new"}
    for operations in paths.values():
        for operation in operations.values():
            _with_problems(operation, _PROBLEM_STATUSES)


def _call(action: Action) -> dict[str, Any]:
    """One call as an operation of its own."""
    operation: dict[str, Any] = {
        "tags": ["calls"],
        "summary": f"Put {action.name} to a station",
        "description": (action.request.__doc__ or "").strip(),
        "operationId": f"call{action.name}",
        "parameters": [
            {"name": "stationId", "in": "path", "required": True, "schema": {"type": "string"}},
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "description": "The same key sends one message, however often the request is repeated.",
            },
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _message_ref(action.request)}}},
        "responses": {"200": {"description": "The station's answer", "content": {"application/json": {"schema": {}}}}},
    }
    answer: dict[str, Any] = {"$ref": "#/components/schemas/CallAnswerShape"}
    if action.response is not None:
        typed = {"type": "object", "properties": {"response": _message_ref(action.response)}}
        answer = {"allOf": [answer, typed]}
    operation["responses"]["200"]["content"]["application/json"]["schema"] = answer
    _with_problems(operation, _CALL_STATUSES)
    return operation


def _with_problems(operation: dict[str, Any], statuses: tuple[str, ...]) -> None:
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status in statuses:
        titles = " or ".join(kind.title for kind in KINDS.values() if str(kind.status) == status)
        operation["responses"][status] = {"description": titles, "content": content}


def _message_ref(type_: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/Ocpp21.{type_.__name__}"}


def _message_schemas() -> dict[str, Any]:
    """Requests and responses of all calls, with their data types; null stands nowhere, absence is absence."""
    types = [type_ for action in CALLS.values() for type_ in (action.request, action.response) if type_ is not None]
    template = "#/components/schemas/Ocpp21.{name}"
    _, components = msgspec.json.schema_components(types, schema_hook=_custom_data_schema, ref_template=template)
    return {f"Ocpp21.{name}": _without_null(schema) for name, schema in components.items()}


def _custom_data_schema(type_: type) -> dict[str, Any]:
    if type_ is not CustomData:
        raise NotImplementedError(type_)
    vendor_id = {"type": "string", "maxLength": 255}
    return {"type": "object", "properties": {"vendorId": vendor_id}, "required": ["vendorId"]}


def _without_null(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_null(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: _without_null(value) for key, value in schema.items() if not (key == "default" and value is None)}
    if "anyOf" in kept:
        others = [item for item in kept["anyOf"] if item != {"type": "null"}]
        kept["anyOf"] = others
        if len(others) == 1:
            kept = {key: value for key, value in kept.items() if key != "anyOf"} | others[0]
    return kept


def _list_parameters(name: str) -> list[dict[str, Any]]:
    """Limit, cursor and filters of one list."""
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}
    schemas: dict[str, Any] = {"limit": limit, "cursor": {"type": "string"}}
    special: dict[str, dict[str, Any]] = {
        **{key: {"type": "string", "format": "date-time"} for key in ("since", "until")},
        **{key: {"type": "boolean"} for key in FLAGS},
        **{key: {"type": "integer", "minimum": 0} for key in NUMBERS},
        **{key: {"type": "string", "enum": list(values)} for key, values in CHOICES.items()},
    }
    schemas |= {key: special.get(key, {"type": "string"}) for key in FILTERS[name]}
    return [{"name": key, "in": "query", "required": False, "schema": schema} for key, schema in schemas.items()]


def _camel(name: str) -> str:
    head, *tail = name.strip("_").split("_")
    return head + "".join(part.capitalize() for part in tail)


def _camel_path(path: str) -> str:
    return "/".join(f"{{{_camel(part[1:-1])}}}" if part.startswith("{") else part for part in path.split("/"))


def _camel_parameters(operations: dict[str, Any]) -> dict[str, Any]:
    for operation in operations.values():
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "path":
                parameter["name"] = _camel(parameter["name"])
    return operations


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "RFC 9457; field and rule are there when an input was wrong.",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": [f"/problems/{name}" for name in KINDS]},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "field": text,
            "rule": text,
            "code": text,
        },
    }
