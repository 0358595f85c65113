"""A real PostgreSQL server on loopback, started for the tests and gone after them."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER, PASSWORD = "lukija", "s@la/s:a%na ä"


@dataclass(frozen=True, slots=True)
class Server:
    """port : where it listens on 127.0.0.1; its only user is `USER`."""

    port: int

    @property
    def address(self) -> str:
        """Address for a study; the password comes from the environment variable SALASANA."""
        return f"postgresql://{USER}:${{SALASANA}}@127.0.0.1:{self.port}/postgres"

    def run(self, *statements: str) -> None:
        with self._connected() as connection:
            for statement in statements:
                connection.execute(statement)

    def insert(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        with self._connected() as connection:
            connection.cursor().executemany(statement, rows)

    def _connected(self) -> Any:
        import psycopg

        return psycopg.connect(host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname="postgres")


def binaries() -> Path | None:
    """Return the folder of the server's programs where Debian puts them, the newest version first."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    beside = shutil.which("initdb")
    return max(found, key=lambda path: int(path.parent.name)) if found else Path(beside).parent if beside else None


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Start a server in a folder of its own. It refuses to run as root, so root hands it to another user."""
    folder = Path(tempfile.mkdtemp(prefix="kumppanuus-postgresql-"))
    as_user = _unprivileged(folder)
    data, secret = folder / "data", folder / "secret"
    secret.write_text(PASSWORD, "utf-8")
    if as_user:
        os.chown(secret, as_user["user"], as_user["group"])

    def call(program: str, *words: str) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        out = folder / "out"
        with out.open("wb") as stream:  # a pipe would stay open as long as the server
            subprocess.run(
                [programs / program, *words], stdout=stream, stderr=stream, stdin=subprocess.DEVNULL, env=environment,
                cwd=folder, check=True, timeout=120, **as_user,
            )  # fmt: skip

    try:
        call("initdb", "-D", str(data), "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "-N")
        port = _free_port()
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        call("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Server(port)
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    users = {user.pw_name: user for user in pwd.getpwall()}
    user = users.get("postgres") or users["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
