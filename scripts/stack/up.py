"""`make up`: from sources to a shop that has sold something."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

import httpx

from scripts.stack import checks
from scripts.stack.commands import run_logged
from scripts.stack.control import Control
from scripts.stack.deploy import Deployer
from scripts.stack.emulator import Deployment
from scripts.stack.errors import StackError
from scripts.stack.files import delete, empty, read_json, write_json
from scripts.stack.keys import Keys
from scripts.stack.layout import ROOT, Layout
from scripts.stack.parameters import as_environment, defaults, parameters
from scripts.stack.progress import Progress
from scripts.stack.sandbox import Sandbox
from scripts.stack.services import aws_environment, base_environment, service_specs
from scripts.stack.sources import hash_of
from scripts.stack.storefront import building_beside


class Starter:
    """Brings one stack up, and takes it down again when that does not succeed."""

    def __init__(self, layout: Layout, progress: Progress) -> None:
        self.layout = layout
        self.progress = progress
        self.control = Control(layout)
        self.keys = Keys.of(layout)
        self.sandbox = Sandbox(layout)
        self.deployer = Deployer(layout, self.control, progress)

    def up(self, *, seed: bool = True, smoke: bool = True) -> Deployment:
        """Start what does not run and deploy what has changed.

        What this starts ends with this process, however it ends, unless `control.detach()` is called; and at once
        on any failure. Raises StackError for what a person has to put right.
        """
        checks.check_python()
        checks.check_tools()
        mine = self.control.status() is None
        try:
            if mine:
                self._check_the_ground()
                self.control.start()
            with building_beside(self.progress, self.layout.logs / "storefront.log"):
                return self._bring_up(seed=seed, smoke=smoke)
        except BaseException:
            if mine:
                self.control.shutdown()
            raise

    def deploy(self) -> Deployment:
        """Bring changed code into the running stack. Raises StackError when there is none."""
        if self.control.status() is None:
            raise StackError("the stack is not running", mend="make up")
        deployment, changed = self.deployer.bring_up_to_date(self._parameters())
        if changed:
            self._connect_sandbox(deployment)
            self._prepare_data(seed=False)
            self._describe(deployment, up=True)
        return deployment

    # ----------------------------------------------------------------------------------------------------------------

    def _check_the_ground(self) -> None:
        with self.progress.step("check Python, ports, disk and memory") as notes:
            self.control.end_leftovers()
            delete(empty(self.layout.temporary))
            self.layout.make_folders()
            checks.check_ports(self.layout)
            checks.check_disk(self.layout)
            warning = checks.check_memory()
            if warning:
                notes.append(warning)

    def _bring_up(self, *, seed: bool, smoke: bool) -> Deployment:
        with self.progress.step("start database, cache, AWS emulator, sandbox and edge") as notes:
            answer = self.control.ensure(service_specs(self.layout, self.keys))
            notes.append(f"{len(answer['services'])} services")
        deployment, changed = self.deployer.bring_up_to_date(self._parameters())
        self._describe(deployment, up=False)
        self._connect_sandbox(deployment)
        self._prepare_data(seed=seed)
        if smoke and changed and (ROOT / "scripts" / "demo.py").exists():
            with self.progress.step("buy something, to see that it works"):
                self._tool("scripts.demo", failure="the smoke purchase failed")
        else:
            with self.progress.step("see that it answers"):
                self._ask_health()
        self._describe(deployment, up=True)
        return deployment

    def _parameters(self) -> dict[str, str]:
        return parameters(self.layout, self.keys, self.sandbox.clerk_facts(), self.sandbox.paypal_root())

    def _connect_sandbox(self, deployment: Deployment) -> None:
        hooks = {name.removesuffix("_webhook"): url for name, url in deployment.urls.items()}
        with self.progress.step("tell the sandbox where its webhooks go"):
            self.sandbox.send_webhooks_to(hooks)

    def _prepare_data(self, *, seed: bool) -> None:
        """Indexes whenever the stores' code has changed; the demo catalogue when there is none."""
        stamp = self.layout.data / "prepared.json"
        wanted = hash_of(["layers/common/commerce", "scripts/indexes.py", "scripts/seed.py", "scripts/demo_catalogue"])
        if (read_json(stamp) or {}).get("sources") == wanted:
            return
        with self.progress.step("make the database's indexes"):
            self._tool("scripts.indexes", failure="the indexes could not be made")
        if seed:
            with self.progress.step("fill an empty catalogue"):
                self._tool("scripts.seed", "--if-empty", failure="the catalogue could not be filled")
        write_json(stamp, {"sources": wanted})

    def _ask_health(self) -> None:
        """Raises StackError when the shop says that it is not well."""
        try:
            answer = httpx.get(f"{self.layout.shop_url}/api/health", timeout=35, trust_env=False)
        except httpx.HTTPError as problem:
            raise StackError(f"the shop does not answer: {problem}", mend="make logs") from None
        if answer.status_code != 200:
            raise StackError(f"the shop is not well: {answer.status_code}", mend="make logs", detail=answer.text)

    def _tool(self, module: str, *arguments: str, failure: str) -> None:
        log = self.layout.logs / f"{module.rpartition('.')[2]}.log"
        run_logged([sys.executable, "-m", module, *arguments], log, env=self.tool_environment(), failure=failure)

    def tool_environment(self) -> dict[str, str]:
        """The environment of seed, demo and the like: the functions' settings, and where the stack is described."""
        return {
            **base_environment(self.layout),
            **aws_environment(self.layout),
            **as_environment(defaults(ROOT / "template.yaml") | self._parameters()),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "common"), str(ROOT / "functions")]),
            "SOUK_STACK": str(self.layout.stack_file),
        }

    def _describe(self, deployment: Deployment, *, up: bool) -> None:
        """Write stack.json: what tools, tests and people know of this stack."""
        value = describe(self.layout, deployment, self.control.status() or {})
        write_json(self.layout.stack_file, {**value, "state": "up" if up else "starting"})

    def announce(self, *, foreground: bool) -> None:
        """Print the addresses."""
        layout, say = self.layout, self.progress.say
        port = "" if layout.port == 8080 else f" PORT={layout.port}"
        say()
        say(f"Souk is up after {self.progress.seconds:.0f} s.")
        say(f"  shop      {layout.shop_url}")
        say(f"  API       {layout.shop_url}/api   described at {layout.shop_url}/api/docs")
        say(f"  sign-in   {layout.url_of('clerk')}   money  {layout.url_of('stripe')}, {layout.url_of('paypal')}")
        say(f"  database  {layout.mongodb_uri}   logs  {layout.logs}")
        say("  Ctrl-C stops it." if foreground else f"  make demo{port} buys something, make down{port} stops it.")

    def stay(self) -> None:
        """Wait until the stack is stopped; stop it when this is interrupted."""
        try:
            while self.control.status() is not None:
                time.sleep(1)
        finally:
            self.control.shutdown()


def describe(layout: Layout, deployment: Deployment, status: dict[str, Any]) -> dict[str, Any]:
    """The contents of stack.json."""
    services = status.get("services", {})
    return {
        "stage": "local",
        "home": str(layout.home),
        "port": layout.port,
        "shop": layout.shop_url,
        "api": f"{layout.shop_url}/api",
        "gateway": f"{layout.url_of('aws')}/_aws/execute-api/{deployment.api_id}/api",
        "mongo": layout.mongodb_uri,
        "mongo_database": layout.mongodb_database,
        "cache": layout.cache_url,
        "aws": layout.url_of("aws"),
        "stripe": layout.url_of("stripe"),
        "paypal": layout.url_of("paypal"),
        "clerk": layout.url_of("clerk"),
        **deployment.urls,
        "region": aws_environment(layout)["AWS_REGION"],
        "functions": deployment.functions,
        "queues": deployment.queues,
        "routes": deployment.routes,
        "outputs": deployment.outputs,
        "start": f"{deployment.fingerprint[:16]}-{services.get('aws', {}).get('birth', '')}",
        "secrets_file": str(layout.secrets_file),
        "logs": str(layout.logs),
        "supervisor": status.get("pid"),
        "pids": {name: service.get("pid") for name, service in services.items()},
        "written_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
