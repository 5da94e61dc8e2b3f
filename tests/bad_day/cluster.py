"""PostgreSQL as it is installed: a cluster of its own with durable commits, that can be stopped, killed and filled."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, text

from cogwg.core.db import build_engine
from cogwg.core.schema import is_at_head
from tests.databases import Databases, find_postgres_programs
from tests.server.process import TIMEOUT_SECONDS
from tests.server.test_processes import is_running, wait_until

USER = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()


class Cluster:
    """A cluster on a socket in a folder, with one database of the sample reports."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        self.url = f"postgresql://postgres@/plan?host={folder}"

    def create(self, template: str, *, max_connections: int) -> None:
        """Create and start the cluster, and copy the template, a database of the run's other cluster, into it."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", "data", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "postgres", "--no-sync")
        with (self._folder / "data" / "postgresql.conf").open("a") as file:
            file.write(f"listen_addresses = ''\nunix_socket_directories = '{self._folder}'\n")
            file.write(f"max_connections = {max_connections}\nrestart_after_crash = on\njit = off\n")
        self.start()
        self.execute("CREATE DATABASE plan")
        dump = subprocess.run([self._programs / "pg_dump", template], check=True, capture_output=True).stdout
        subprocess.run([self._programs / "psql", "-q", "-d", self.url], input=dump, check=True, stdout=subprocess.DEVNULL)
        engine = build_engine(self.url)
        assert is_at_head(engine)
        engine.dispose()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*USER, str(self._programs / program), *arguments],
            cwd=self._folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT_SECONDS,
        )

    def start(self) -> None:
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-t", str(int(TIMEOUT_SECONDS)), "start")

    def restart_on_small_disk(self, size: int) -> Path:
        """Start it again with the tables of the database on a disk of this many bytes, and return that disk's folder.

        The disk is a file system in memory that only the processes of the cluster see, and is gone when they end. Needs root.
        """
        self.stop()
        space = self._folder / "space"
        space.mkdir()
        start = ("-D", "data", "-l", "log", "-w", "-t", str(int(TIMEOUT_SECONDS)), "start")
        mount = f'mount -t tmpfs -o size={size} tmpfs "$0" && chown postgres "$0" && exec "$@"'
        command = ["unshare", "--mount", "sh", "-c", mount, str(space), *USER, str(self._programs / "pg_ctl"), *start]
        subprocess.run(command, cwd=self._folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
        self.execute("ALTER DATABASE plan SET TABLESPACE small")
        postmaster = (self._folder / "data" / "postmaster.pid").read_text().splitlines()[0]
        return Path(f"/proc/{postmaster}/root{space}")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; "immediate" is a crash, after which it recovers from its log."""
        self._run("pg_ctl", "-D", "data", "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """Kill all its processes, as when the machine has no memory left."""
        lock = self._folder / "data" / "postmaster.pid"
        postmaster = int(lock.read_text().splitlines()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        processes = [postmaster, *map(int, children)]
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until(lambda: not any(map(is_running, processes)), "a process of PostgreSQL goes on")
        for each in (lock, self._folder / ".s.PGSQL.5432.lock"):
            each.unlink()  # in a container that buries no dead processes, it would look as if this one still ran

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    def execute(self, sql: str) -> list[tuple[object, ...]]:
        """Run a statement outside any transaction in the database ``postgres``, and return its rows."""
        url = self.url.replace("postgresql:", "postgresql+psycopg:").replace("/plan?", "/postgres?")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.execute(text(sql))
            rows = [tuple(row) for row in result] if result.returns_rows else []
        engine.dispose()
        return rows


@contextmanager
def running_cluster(databases: Databases, *, max_connections: int = 100) -> Iterator[Cluster]:
    """A cluster for the block, with the sample reports; without PostgreSQL the test is skipped."""
    template = databases.create("postgresql", "seeded")
    programs = find_postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with TemporaryDirectory(prefix="cogwg-cluster-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder), programs)
        cluster.create(template, max_connections=max_connections)
        try:
            yield cluster
        finally:
            if (Path(folder) / "data" / "postmaster.pid").exists():
                cluster.stop("immediate")
            databases.drop(template)
