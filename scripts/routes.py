"""The API's routes as they stand in template.yaml: read from the functions, written between two marks.

They are the API's body, and not the functions' events: for each event SAM adds a permission, one of the 500 resources
that a stack may have. In their place one role lets the gateway call every function of the stack.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from commerce.runtime import permissions

BEGIN, END = "          # routes: `make generate` writes them\n", "          # end of routes\n"
_CALL = "type: aws_proxy, httpMethod: POST, credentials: !GetAtt ApiRole.Arn"
_URI = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${%s.Arn}/invocations"
# API Gateway takes them in this order too, where it lists them.
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Route(NamedTuple):
    """A way to a function; `signed_in` where the gateway asks its authorizer first."""

    path: str
    method: str
    function: str
    signed_in: bool


def routes(handlers: Iterable[tuple[str, Any]]) -> list[Route]:
    """Every route of the API, sorted by path.

    Args:
        handlers: each function's dotted name and its module.
    """
    apps = [(name, module.app) for name, module in handlers if hasattr(module, "app")]
    found = [Route(app.path, app.method, name, permissions.of(app.operation).signed_in) for name, app in apps]
    return sorted(found, key=lambda route: (route.path, _METHODS.index(route.method)))


def logical_id(function: str) -> str:
    """`orders.place_order` is `OrdersPlaceOrder` in the template."""
    return function.replace(".", "_").title().replace("_", "")


def written(template: str, known: list[Route]) -> str:
    """The template's text with these routes.

    Raises:
        ValueError: the template lacks one of the marks.
    """
    before, begin, rest = template.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError("template.yaml lacks the marks of its routes")
    return "".join([before, begin, *_lines(known), end, after])


def _lines(known: list[Route]) -> Iterator[str]:
    call = f"&call {{{_CALL}, "
    for path, methods in groupby(known, lambda route: route.path):
        yield f'          "{path}":\n'
        for route in methods:
            yield f"            {route.method.lower()}:\n              responses: {{}}\n"  # OpenAPI wants them.
            if route.signed_in:
                yield "              security: [{User: []}]\n"
            uri = _URI % logical_id(route.function)
            yield f'              x-amazon-apigateway-integration: {call}uri: !Sub "{uri}"}}\n'
            call = "{<<: *call, "
