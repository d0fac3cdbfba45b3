"""Every route of the API, and its description as OpenAPI 3.1."""

import json
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from gateway.v1 import (
    agreements,
    contacts,
    events,
    funding,
    groups,
    letters,
    operations,
    organisations,
    overdoses,
    places,
    proposals,
    registry,
    reporting,
    surveys,
    unit_records,
)
from gateway.v1.declared import PROBLEM, Declared, Problem, name_of
from gateway.v1.links import add_links
from services.kernel.web import Routes

routes = Routes()
for group in (
    places,
    organisations,
    groups,
    proposals,
    registry,
    contacts,
    surveys,
    unit_records,
    overdoses,
    agreements,
    letters,
    events,
    funding,
    reporting,
    operations,
):
    routes.routes.extend(group.routes.routes)

DESCRIPTION = """\
What the Norwegian competence centres offer the municipalities together, and whether it reached them.
docs/api.md explains keys, idempotency, versions, errors and the feed."""


def openapi() -> dict[str, Any]:
    """The description that partners hold us to. Committed as gateway/openapi.json."""
    described = get_openapi(
        title="Samla",
        version="1",
        summary="One coordinated offer to the municipalities",
        description=DESCRIPTION,
        routes=routes.routes,
    )
    _, problem = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
    components = described["components"]
    components["schemas"] |= problem["$defs"]
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    for route in routes.routes:
        if isinstance(route, Declared) and route.takes:
            content = {media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in route.takes}
            described["paths"][route.path]["post"]["requestBody"] = {"required": True, "content": content}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            operation["operationId"] = name_of(method, path)
            operation["responses"].pop("422", None)
            operation["responses"] |= {"4XX": PROBLEM, "503": PROBLEM}
    add_links(described)
    components["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "A partner's key, `samla_…`, shown once."},
        "session": {"type": "apiKey", "in": "cookie", "name": "samla_session"},
    }
    described["security"] = [{}, {"key": []}, {"session": []}]
    return described


def openapi_text() -> str:
    """The same as the committed file holds it."""
    return json.dumps(openapi(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    print(openapi_text(), end="")
