"""Routes, their authorizer, and the gateway's own answers."""

import json
from typing import Any

from commerce.runtime.permissions import PERMISSIONS

type Routes = list[dict[str, Any]]


def test_a_function_has_one_route(routes: Routes) -> None:
    assert len({route["function"] for route in routes}) == len(routes)


def test_the_gateway_calls_functions_by_its_role(
    routes: Routes, functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    for route in routes:
        call = route["entry"]["x-amazon-apigateway-integration"] | {"uri": ""}
        credentials = {"Fn::GetAtt": ["ApiRole", "Arn"]}
        assert call == {"type": "aws_proxy", "httpMethod": "POST", "credentials": credentials, "uri": ""}, route
    (policy,) = resources["ApiRole"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Resource"]["Fn::Sub"].endswith(":function:${AWS::StackName}-*")
    # Functions that SAM names itself begin with the stack's name.
    assert not any("FunctionName" in properties for properties in functions.values())


def test_no_function_brings_a_permission_for_the_gateway(functions: dict[str, Any]) -> None:
    """Each would be a resource more, and a stack may have 500."""
    for name, properties in functions.items():
        assert not any(event["Type"] == "Api" for event in properties.get("Events", {}).values()), name


def test_a_path_position_has_one_variable_name(routes: Routes) -> None:
    """API Gateway refuses siblings that differ in their variable's name; nothing before a real deploy says so."""
    names: dict[str, str] = {}
    for route in routes:
        walked = ""
        for part in route["path"].strip("/").split("/"):
            if part.startswith("{"):
                assert names.setdefault(walked, part) == part, f"{route['path']}: {walked}/{part}"
            walked += f"/{part}"


def operation(functions: dict[str, Any], route: dict[str, Any]) -> str:
    """`orders.hold_order.handler` is `hold_order`."""
    return str(functions[route["function"]]["Handler"]).split(".")[1]


def test_each_route_has_a_permission_and_each_permission_a_route(routes: Routes, functions: dict[str, Any]) -> None:
    assert sorted(operation(functions, route) for route in routes) == sorted(PERMISSIONS)


def test_what_is_below_admin_is_the_houses_and_what_is_below_me_is_a_persons(
    routes: Routes, functions: dict[str, Any]
) -> None:
    for route in routes:
        who = PERMISSIONS[operation(functions, route)].who
        assert (who in {"staff", "admin"}) == route["path"].startswith("/admin/"), route
        assert who == "user" or not route["path"].startswith("/me"), route


def test_routes_that_need_a_person_have_the_authorizer_and_no_others(
    routes: Routes, functions: dict[str, Any], resources: dict[str, Any]
) -> None:
    auth = resources["Api"]["Properties"]["Auth"]
    assert "DefaultAuthorizer" not in auth
    assert auth["Authorizers"]["User"]["Identity"] == {"Headers": ["Authorization"], "ReauthorizeEvery": 30}
    for route in routes:
        personal = PERMISSIONS[operation(functions, route)].signed_in
        assert route["entry"].get("security") == ([{"User": []}] if personal else None), route


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
