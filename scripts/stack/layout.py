"""Where a local stack keeps its files and which ports it takes."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".local" / "tools"
# One build serves every stack on this computer: it depends on the sources alone.
BUILD = ROOT / ".local" / "build"

DEFAULT_PORT = 8080
HOST = "127.0.0.1"
REGION = "us-east-1"
STACK_NAME = "souk-local"

# Ports are neighbours, so that one number moves the whole stack.
PORT_OFFSETS = {"edge": 0, "aws": 1, "mongo": 2, "cache": 3, "stripe": 4, "paypal": 5, "clerk": 6}

# A path of a Unix socket holds 104 bytes on macOS and 108 on Linux, with its closing zero.
_SOCKET_PATH_LIMIT = 100


@dataclass(frozen=True)
class Layout:
    """One local stack: the folder of its state and its first port."""

    home: Path
    port: int = DEFAULT_PORT

    @classmethod
    def at(cls, home: str | Path, port: int = DEFAULT_PORT) -> Layout:
        """A layout with an absolute home."""
        return cls(Path(home).expanduser().resolve(), port)

    def port_of(self, service: str) -> int:
        """The port of a service; KeyError for a name that has none."""
        return self.port + PORT_OFFSETS[service]

    def url_of(self, service: str) -> str:
        """The http address of a service, without a trailing slash."""
        return f"http://{HOST}:{self.port_of(service)}"

    @property
    def shop_url(self) -> str:
        """The shop's address for people and browsers."""
        # People read and type this one, and browsers treat localhost as a secure origin.
        return f"http://localhost:{self.port}"

    @property
    def mongodb_uri(self) -> str:
        """The database's address."""
        return f"mongodb://{HOST}:{self.port_of('mongo')}/?directConnection=true"

    @property
    def mongodb_database(self) -> str:
        """The name of the shop's database."""
        return "souk"

    @property
    def cache_url(self) -> str:
        """The cache's address."""
        return f"redis://{HOST}:{self.port_of('cache')}/0"

    @property
    def logs(self) -> Path:
        """One file per service, and one per service of functions."""
        return self.home / "logs"

    @property
    def run(self) -> Path:
        """What describes the running processes; of no use once they are gone."""
        return self.home / "run"

    @property
    def temporary(self) -> Path:
        """The services' TMPDIR, emptied at each start."""
        return self.home / "tmp"

    @property
    def data(self) -> Path:
        """What must outlive `make down`: the database and the sandbox's state."""
        return self.home / "data"

    @property
    def aws(self) -> Path:
        """The emulator's state and working files, and what is deployed in it."""
        return self.home / "aws"

    @property
    def media(self) -> Path:
        """Pictures that the edge serves under /media/."""
        return self.home / "media"

    @property
    def user_home(self) -> Path:
        """The HOME of every service, empty, so that nobody's ~/.aws or ~/.config is read."""
        return self.home / "home"

    @property
    def secrets_file(self) -> Path:
        """The stack's own secrets."""
        return self.home / "secrets.json"

    @property
    def stack_file(self) -> Path:
        """What tools, tests and people read."""
        return self.home / "stack.json"

    @property
    def deployment_file(self) -> Path:
        """What is deployed in the emulator: the hash of sources and parameters, and the addresses."""
        return self.aws / "deployment.json"

    @property
    def edge_target_file(self) -> Path:
        """The edge reads the API's address here, so that it can start before there is one."""
        return self.run / "edge.json"

    @property
    def control_socket(self) -> Path:
        """Where the supervisor listens."""
        path = self.run / "control.sock"
        if len(os.fsencode(path)) <= _SOCKET_PATH_LIMIT:
            return path
        digest = sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"souk-{os.getuid()}-{digest}.sock"

    @property
    def state_parts(self) -> tuple[Path, ...]:
        """What `make reset` removes. Tools and builds stay: they hold nothing of the shop."""
        return (
            self.data,
            self.aws,
            self.run,
            self.logs,
            self.media,
            self.temporary,
            self.user_home,
            self.secrets_file,
            self.stack_file,
        )

    def make_folders(self) -> None:
        """Create the home and its parts, closed to other users."""
        self.home.mkdir(parents=True, exist_ok=True)
        for part in (
            self.logs,
            self.run,
            self.temporary,
            self.data,
            self.aws,
            self.media,
            self.user_home,
        ):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
