"""Routes, their authorizer, and the gateway's own answers."""

import json
from typing import Any

from commerce.runtime.permissions import PERMISSIONS


def routes(functions: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        name: event["Properties"]
        for name, properties in functions.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "Api"
    }


def test_a_route_belongs_to_one_function(functions: dict[str, Any]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for name, route in routes(functions).items():
        assert route["RestApiId"] == {"Ref": "Api"}, name
        assert seen.setdefault((route["Method"], route["Path"]), name) == name


def test_a_path_position_has_one_variable_name(functions: dict[str, Any]) -> None:
    """API Gateway refuses siblings that differ in their variable's name; nothing before a real deploy says so."""
    names: dict[str, str] = {}
    for name, route in routes(functions).items():
        walked = ""
        for part in route["Path"].strip("/").split("/"):
            if part.startswith("{"):
                assert names.setdefault(walked, part) == part, f"{name}: {walked}/{part}"
            walked += f"/{part}"


def operation(functions: dict[str, Any], name: str) -> str:
    """`orders.hold_order.handler` is `hold_order`."""
    return str(functions[name]["Handler"]).split(".")[1]


def test_each_route_has_a_permission_and_each_permission_a_route(functions: dict[str, Any]) -> None:
    assert sorted(operation(functions, name) for name in routes(functions)) == sorted(PERMISSIONS)


def test_what_is_below_admin_is_the_houses_and_what_is_below_me_is_a_persons(functions: dict[str, Any]) -> None:
    for name, route in routes(functions).items():
        who = PERMISSIONS[operation(functions, name)].who
        assert (who in {"staff", "admin"}) == route["Path"].startswith("/admin/"), name
        assert who == "user" or not route["Path"].startswith("/me"), name


def test_routes_that_need_a_person_have_the_authorizer_and_no_others(
    functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    auth = resources["Api"]["Properties"]["Auth"]
    assert "DefaultAuthorizer" not in auth
    assert auth["Authorizers"]["User"]["Identity"] == {"Headers": ["Authorization"], "ReauthorizeEvery": 30}
    for name, route in routes(functions).items():
        personal = PERMISSIONS[operation(functions, name)].signed_in
        assert route.get("Auth") == ({"Authorizer": "User"} if personal else None), name


def test_the_gateway_answers_with_problems(resources: dict[str, Any]) -> None:
    answers = resources["Api"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED", "ACCESS_DENIED", "REQUEST_TOO_LARGE", "THROTTLED"} <= set(
        answers
    )
    assert answers["MISSING_AUTHENTICATION_TOKEN"]["StatusCode"] == 404
    for kind, answer in answers.items():
        assert answer["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'", kind
        problem = json.loads(answer["ResponseTemplates"]["application/json"])
        assert problem["type"] == "about:blank", kind
        assert problem["title"], kind
        assert problem["detail"], kind
        assert problem["code"], kind
        assert problem.get("status") == answer.get("StatusCode"), kind


def test_the_emulator_answers_the_same(resources: dict[str, Any]) -> None:
    answers = resources["Api"]["Properties"]["GatewayResponses"]
    local = {
        resource["Properties"]["ResponseType"]: resource
        for resource in resources.values()
        if resource["Type"] == "AWS::ApiGateway::GatewayResponse"
    }
    assert set(local) == set(answers)
    for kind, resource in local.items():
        assert resource["Condition"] == "IsLocal", kind
        properties, answer = resource["Properties"], answers[kind]
        assert properties["ResponseTemplates"] == answer["ResponseTemplates"], kind
        assert properties.get("StatusCode") == (str(answer["StatusCode"]) if "StatusCode" in answer else None), kind
        headers = {
            name.removeprefix("gatewayresponse.header."): value
            for name, value in properties["ResponseParameters"].items()
        }
        assert headers == answer["ResponseParameters"]["Headers"], kind
