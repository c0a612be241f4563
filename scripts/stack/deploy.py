"""Bringing the code into the emulator by the real `sam deploy`."""

from __future__ import annotations

import py_compile
from dataclasses import replace

from scripts.stack.build import TEMPLATE, base_hash, build, locked, source_hash
from scripts.stack.commands import run_logged
from scripts.stack.control import Control
from scripts.stack.emulator import Deployment, Emulator
from scripts.stack.errors import StackError
from scripts.stack.files import read_json, write_json
from scripts.stack.layout import HOST, ROOT, STACK_NAME, TOOLS, Layout
from scripts.stack.parameters import write_overrides
from scripts.stack.patch import layer_hash, packages_are_built, patch
from scripts.stack.progress import Progress
from scripts.stack.services import aws_environment, base_environment
from scripts.stack.sources import hash_of

# CloudFormation states from which `sam deploy` can go on; from others only a new stack helps.
USABLE = frozenset({"", "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "DELETE_COMPLETE"})


class Deployer:
    """Builds and deploys what has changed."""

    def __init__(self, layout: Layout, control: Control, progress: Progress) -> None:
        self.layout = layout
        self.control = control
        self.progress = progress
        self.emulator = Emulator(layout)

    def bring_up_to_date(self, parameters: dict[str, str]) -> tuple[Deployment, bool]:
        """Build and deploy unless the emulator runs exactly this already; returns it and whether it is new.

        Raises StackError with the end of the log when the build or the deployment fails.
        """
        settings = [f"{name}={parameters[name]}" for name in sorted(parameters)]
        config = hash_of(["samconfig.toml"], extra=settings)
        with locked("sam"):
            base = hash_of((), extra=(base_hash(), config))
            fingerprint = hash_of((), extra=(source_hash(), config))
            kept = self._kept()
            held = kept is not None and self.emulator.holds(kept)
            if kept is not None and held:
                if kept.fingerprint == fingerprint:
                    self._point_edge_at(kept)
                    return kept, False
                if kept.base == base and packages_are_built():
                    return self._patch(kept, fingerprint), True
            with self.progress.step("build functions and layer (sam build)") as notes:
                if not build(self.layout.logs / "build.log"):
                    notes.append("nothing changed")
            with self.progress.step("deploy to the emulator (sam deploy)"):
                self._deploy(parameters)
            layer = layer_hash()
        with self.progress.step("publish the API and save the emulator's state"):
            deployment = self.emulator.describe(fingerprint, base=base, layer=layer, patched=False)
            if kept is not None and held and kept.patched:
                # CloudFormation knows nothing of patches, and leaves alone what it believes to be as it should.
                patch(self.emulator, deployment.functions, layer_is="")
                deployment = self.emulator.describe(fingerprint, base=base, layer=layer, patched=True)
            self.emulator.publish_api(deployment.api_id)
            # The emulator writes its state only when it ends well. Restarted now, it finds this deployment
            # again even after a kill.
            self.control.ask({"do": "restart", "service": "aws"})
            write_json(self.layout.deployment_file, deployment.as_json())
            self._point_edge_at(deployment)
        return deployment, True

    def _patch(self, kept: Deployment, fingerprint: str) -> Deployment:
        with self.progress.step("bring the changed code into the functions"):
            try:
                layer = patch(self.emulator, kept.functions, layer_is=kept.layer)
            except py_compile.PyCompileError as problem:
                raise StackError("the code cannot be compiled", detail=problem.msg) from None
            deployment = replace(
                kept,
                fingerprint=fingerprint,
                layer=layer,
                patched=True,
                code=self.emulator.code_of(kept.functions.values()),
            )
            write_json(self.layout.deployment_file, deployment.as_json())
            self._point_edge_at(deployment)
        return deployment

    def _kept(self) -> Deployment | None:
        value = read_json(self.layout.deployment_file)
        try:
            return Deployment.from_json(value) if value else None
        except (KeyError, TypeError):
            return None

    def _deploy(self, parameters: dict[str, str]) -> None:
        if self.emulator.stack_status() not in USABLE:
            self.emulator.reset()
        overrides = self.layout.aws / "parameters.yaml"
        write_overrides(overrides, parameters)
        run_logged(
            [
                str(TOOLS / "sam" / "bin" / "sam"),
                *("deploy", "--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local"),
                *("--template-file", str(TEMPLATE), "--stack-name", STACK_NAME),
                *("--parameter-overrides", overrides.as_uri()),
                "--no-progressbar",
            ],
            self.layout.logs / "deploy.log",
            env={
                **base_environment(self.layout),
                **aws_environment(self.layout),
                "SAM_CLI_TELEMETRY": "0",
                # It looks for progress every 5 s otherwise, and once more after the end.
                "SAM_CLI_POLL_DELAY": "0.3",
            },
            failure="the deployment failed",
        )

    def _point_edge_at(self, deployment: Deployment) -> None:
        target = {
            "host": HOST,
            "port": self.layout.port_of("aws"),
            "prefix": f"/_aws/execute-api/{deployment.api_id}",
            "media": f"http://{HOST}:{self.layout.port_of('aws')}/{deployment.outputs['MediaBucketName']}",
        }
        if read_json(self.layout.edge_target_file) != target:
            write_json(self.layout.edge_target_file, target)
