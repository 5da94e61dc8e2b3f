"""The OpenAPI 3.1 description of ``/v1/``, generated from the datasets and the parameters of the lists."""

from __future__ import annotations

from typing import Any

from cogwg.core.bilingual import Bilingual
from cogwg.tracker.open_data.fields import Field, FieldKind
from cogwg.tracker.open_data.interface import LIMIT, MAX_LIMIT, PAGE, QUARTER, RESOURCES, USUAL_LIMIT, Parameter, Resource
from cogwg.tracker.open_data.publisher import Publisher

_TYPES: dict[FieldKind, dict[str, Any]] = {
    FieldKind.STRING: {"type": "string"},
    FieldKind.INTEGER: {"type": "integer"},
    FieldKind.BOOLEAN: {"type": "boolean"},
    FieldKind.DAY: {"type": "string", "format": "date"},
    FieldKind.TIME: {"type": "string", "format": "date-time"},
    FieldKind.ADDRESS: {"type": "string", "format": "iri"},
    FieldKind.CODES: {"type": "array", "items": {"type": "string"}},
}
_NUMBERS = {"plan": (1000, 2999), "cycle": (1000, 2999), "priority": (1, 999), PAGE.name: (1, 9999), LIMIT.name: (1, MAX_LIMIT)}
_DEFAULTS = {PAGE.name: 1, LIMIT.name: USUAL_LIMIT}


def openapi(publisher: Publisher) -> dict[str, Any]:
    """Return the description of every URL under ``/v1/``."""
    paths: dict[str, Any] = {"/v1/": {"get": _operation("index", _INDEX, [], "Index")}}
    for resource in RESOURCES.values():
        item = _class_name(resource)
        paths[f"/v1/{resource.name}"] = {
            "get": _operation(
                f"list_{resource.name}",
                resource.dataset.description,
                list(map(_parameter, resource.parameters)),
                f"{item}List",
                can_miss=True,
            )
        }
        id_ = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "description": _ID.en}
        own = [_parameter(QUARTER)] if resource.by_quarter else []
        paths[f"/v1/{resource.name}/{{id}}"] = {
            "get": _operation(f"get_{resource.name}", resource.dataset.title, [id_, *own], f"{item}Item", can_miss=True)
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{publisher.owner.en}: work plan data",
            "version": "1",
            "summary": "Read-only. Needs no key. Each response has both languages; a text that is not translated yet is null.",
            "description": _in_both(_DESCRIPTION),
            "license": {"name": publisher.licence.en, "url": publisher.licence_url.en},
            **({"contact": {"email": publisher.contact}} if "@" in publisher.contact and " " not in publisher.contact else {}),
        },
        "servers": [{"url": publisher.site}],
        "paths": paths,
        "components": {"schemas": _schemas(), "responses": _RESPONSES},
    }


_DESCRIPTION = Bilingual(
    "Only what the group has published. Dates and times are in ISO 8601 format.",
    "Seulement ce que le groupe a publié. Les dates et les heures sont au format ISO 8601.",
)
_INDEX = Bilingual("Web addresses of the lists", "Adresses Web des listes")
_ID = Bilingual("Identifier of the item.", "Identifiant de l’élément.")
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_RESPONSES = {
    "BadRequest": {"description": "A parameter is unknown, given twice or wrong.", "content": _PROBLEM},
    "NotFound": {
        "description": "This item, page, plan, priority, jurisdiction or quarter is not published.",
        "content": _PROBLEM,
    },
}


def _operation(
    id_: str,
    summary: Bilingual,
    parameters: list[dict[str, Any]],
    schema: str,
    *,
    can_miss: bool = False,
) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    responses: dict[str, Any] = {
        "200": {"description": summary.en, "content": content},
        "400": {"$ref": "#/components/responses/BadRequest"},
    }
    if can_miss:
        responses["404"] = {"$ref": "#/components/responses/NotFound"}
    return {
        "operationId": id_.replace("-", "_"),
        "summary": _in_both(summary),
        "parameters": parameters,
        "responses": responses,
    }


def _in_both(text: Bilingual) -> str:
    return f"{text.en} / {text.fr}"


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string", "pattern": f"^({parameter.pattern})$"}
    if parameter.is_number:
        least, most = _NUMBERS[parameter.name]
        schema = {"type": "integer", "minimum": least, "maximum": most}
        if parameter.name in _DEFAULTS:
            schema["default"] = _DEFAULTS[parameter.name]
    return {"name": parameter.name, "in": "query", "description": _in_both(parameter.description), "schema": schema}


def _class_name(resource: Resource) -> str:
    return resource.name.capitalize()


def _schemas() -> dict[str, Any]:
    text = {"type": ["string", "null"]}
    schemas: dict[str, Any] = {
        "Text": _object({"en": text, "fr": text}),
        "Licence": _object({"id": {"type": "string"}, "url": {"$ref": "#/components/schemas/Text"}}),
        "Problem": _object(
            {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "detail_fr": {"type": "string"},
            }
        ),
    }
    about = {
        "updated_on": {"type": ["string", "null"], "format": "date"},
        "licence": {"$ref": "#/components/schemas/Licence"},
        "sample": {"type": "boolean"},
    }
    schemas["Index"] = _object(
        {"lists": {"type": "object", "additionalProperties": {"type": "string"}}, "openapi": {"type": "string"}, **about}
    )
    counts = {name: {"type": "integer"} for name in ("total", "page", "pages", "limit")}
    for resource in RESOURCES.values():
        name = _class_name(resource)
        schemas[name] = _object({field.name: _schema(field) for field in resource.dataset.fields})
        reference = {"$ref": f"#/components/schemas/{name}"}
        schemas[f"{name}List"] = _object({"items": {"type": "array", "items": reference}, **counts, **about})
        schemas[f"{name}Item"] = _object({"item": reference, **about})
    return schemas


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _schema(field: Field) -> dict[str, Any]:
    about = {"title": _in_both(field.title), "description": _in_both(field.description)}
    if field.kind is FieldKind.TEXT:
        return {"anyOf": [{"$ref": "#/components/schemas/Text"}, {"type": "null"}], **about}
    schema = {**_TYPES[field.kind], **about}
    if field.codes:
        schema["enum"] = [code for code, _ in field.codes] + ([] if field.required else [None])
    if not field.required and field.kind is not FieldKind.CODES:
        schema["type"] = [schema["type"], "null"]
    return schema
