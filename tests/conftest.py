"""Fixtures of all tests: an environment in which nothing points outside."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.support import deployed

# How long an example takes says something of the machine alone, and of what else it does.
settings.register_profile("souk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("souk")

# Before anything of the shop is imported: no test may find real keys or endpoints in the shell's environment.
for name in [n for n in os.environ if n.startswith(("AWS_", "STRIPE_", "CLERK_", "PAYPAL_"))]:
    if name != "AWS_CA_BUNDLE":
        del os.environ[name]
os.environ |= {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "POWERTOOLS_SERVICE_NAME": "test",
    "POWERTOOLS_METRICS_NAMESPACE": "Souk",
}


# The test bench (servers, sandbox, shop) for all folders: a fixture that two conftests define is made twice.
pytest_plugins = ("tests.support.fixtures", "tests.support.scheduling")

# One stack for the end-to-end and the browser tests, for the same reason.
stack = deployed.stack


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the stack is marked so."""
    deployed.mark(items)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of the xdist worker, `master` without xdist."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "master"))
