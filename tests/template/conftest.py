"""The template as data: as it is written, and as SAM translates it."""

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SAM_PYTHON = ROOT / ".local/tools/sam/bin/python"

# Runs in the environment of aws-sam-cli, whose translator is the one `sam deploy` and the cloud use.
TRANSLATE = """
import json, sys
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform
template = json.load(sys.stdin)
parameters = {name: value["Default"] for name, value in template["Parameters"].items() if "Default" in value}
json.dump(transform(template, parameters, ManagedPolicyLoader(None)), sys.stdout)
"""

type Translate = Callable[[dict[str, Any]], dict[str, Any]]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref x`) read as their long ones (`{"Ref": "x"}`)."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """template.yaml as it is written."""
    loaded: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader=_Loader)
    return loaded


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> dict[str, Any]:
    """The resources of template.yaml by logical id."""
    found: dict[str, Any] = template["Resources"]
    return found


@pytest.fixture(scope="session")
def functions(template: dict[str, Any]) -> dict[str, Any]:
    """The properties of every function by logical id, what Globals gives all of them included."""
    shared = template["Globals"]["Function"]
    found = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            own = resource["Properties"]
            variables = shared["Environment"]["Variables"] | own.get("Environment", {}).get("Variables", {})
            found[name] = shared | own | {"Environment": {"Variables": variables}}
    return found


@pytest.fixture(scope="session")
def roles(resources: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The statements of every role by logical id; of a conditional statement, the one that may grant something."""
    found = {}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in resource["Properties"]["Policies"]]
            statements = [statement for document in documents for statement in document["Statement"]]
            found[name] = [statement["Fn::If"][1] if "Fn::If" in statement else statement for statement in statements]
    return found


@pytest.fixture(scope="session")
def translate() -> Translate:
    """Translates a template as the cloud does. Code and layer are taken as uploaded already."""

    def run(template: dict[str, Any]) -> dict[str, Any]:
        uploaded = json.loads(json.dumps(template))
        uploaded["Globals"]["Function"]["CodeUri"] = "s3://bucket/functions.zip"
        uploaded["Resources"]["CommonLayer"]["Properties"]["ContentUri"] = "s3://bucket/layer.zip"
        done = subprocess.run(
            [SAM_PYTHON, "-c", TRANSLATE],
            input=json.dumps(uploaded),
            env=os.environ | {"AWS_DEFAULT_REGION": "eu-central-1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        translated: dict[str, Any] = json.loads(done.stdout)
        return translated

    return run


@pytest.fixture(scope="session")
def routes(resources: dict[str, Any]) -> list[dict[str, Any]]:
    """The API's routes: path, method, the logical id of their function, and the whole entry."""
    found = []
    for path, methods in resources["Api"]["Properties"]["DefinitionBody"]["paths"].items():
        for method, entry in methods.items():
            uri = entry["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
            name = re.fullmatch(r"arn:.*:lambda:path/2015-03-31/functions/\$\{(\w+)\.Arn\}/invocations", uri)
            assert name, uri
            found.append({"path": path, "method": method, "function": name[1], "entry": entry})
    return found
