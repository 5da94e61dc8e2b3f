"""Try the steps of the ``Containerfile`` without a container engine: ``python -m tests.server.containerfile`` (as root).

Each ``FROM`` becomes a folder with a minimal Debian, made by ``debootstrap`` from the mirror that this machine's apt uses.
Each ``RUN`` is carried out there with ``chroot``, in process and mount namespaces of its own. The last stage is then used as
an operator would use it: ``init``, the server, the health check, and the stop signal. Instructions are read from the file
itself; one that this module does not know is an error.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.server.process import free_port

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "Containerfile"
PROGRAMS = ("debootstrap", "unshare", "apt-get")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
LENT_CERTIFICATES = "run/host-certificates.crt"
"""The certificates that this machine trusts, given to pip in each step; they are not part of the image."""
HEALTHY_WITHIN = 120.0
KEY = "only-for-tests-6fJq2Zr8WnXc4LhTb9Vd"


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each instruction, with its continued lines joined."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    for line in lines:
        while line.endswith("\\"):
            line = line[:-1] + next(lines)
        name, _, value = line.partition(" ")
        yield name, value.strip()


@dataclass
class Stage:
    """A stage of the build: its folder, and what its instructions have set so far."""

    root: Path
    env: dict[str, str] = field(
        default_factory=lambda: {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    )
    user: str = "0:0"
    workdir: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)
    port: str = ""
    stop: signal.Signals = signal.SIGTERM

    def arguments(self, command: list[str], **more: str) -> list[str]:
        """Return the command line that runs a command in this stage."""
        uid, _, gid = self.user.partition(":")
        isolated = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
        placed = ("--root", str(self.root), "--wd", self.workdir, "--setgid", gid or uid, "--setuid", uid)
        env = {**self.env, **more, "HOME": "/root" if uid == "0" else self.workdir}
        if CERTIFICATES.exists():
            env["PIP_CERT"] = f"/{LENT_CERTIFICATES}"
        return [*isolated, *placed, "env", "-i", *(f"{name}={value}" for name, value in env.items()), *command]

    def run(self, command: list[str], **more: str) -> None:
        """Run a command in this stage to its end. Raises ``CalledProcessError`` when it fails."""
        if CERTIFICATES.exists():
            shutil.copyfile(CERTIFICATES, self.root / LENT_CERTIFICATES)
        subprocess.run(self.arguments(command, **more), stdin=subprocess.DEVNULL, check=True)

    def copy(self, source: Path, target: str) -> None:
        """Copy a file or a folder of the checkout or of another stage to a path of this stage."""
        place = self.root / Path(self.workdir, target).relative_to("/")
        if source.is_dir():
            shutil.copytree(source, place, symlinks=True, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
            return
        place = place / source.name if target.endswith("/") else place
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, place)


def bootstrap(folder: Path) -> Path:
    """Make a minimal Debian of the release that the ``Containerfile`` starts from, in a folder."""
    release = CONTAINERFILE.read_text(encoding="utf-8").split("FROM debian:", 1)[1].split("-slim", 1)[0]
    listed = ["apt-get", "indextargets", "--format", "$(REPO_URI)", f"Codename: {release}"]
    mirrors = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    base = folder / "base"
    subprocess.run(
        ["debootstrap", "--variant=minbase", release, str(base), *mirrors[:1]], check=True, stdout=subprocess.DEVNULL
    )
    return base


def build(text: str, base: Path, folder: Path) -> Stage:
    """Carry out the instructions of a ``Containerfile`` and return its last stage."""
    stages: dict[str, Stage] = {}
    stage = Stage(base)
    for name, value in instructions(text):
        print(f"== {name} {value}", flush=True)
        match name:
            case "FROM":
                root = folder / f"stage-{len(stages)}"
                subprocess.run(["cp", "--archive", str(base), str(root)], check=True)
                stage = Stage(root)
                stages[value.partition(" AS ")[2] or root.name] = stage
            case "RUN":
                stage.run(["/bin/sh", "-c", value])
            case "COPY":
                *sources, target = value.split()
                origin = ROOT
                if sources[0].startswith("--from="):
                    origin = stages[sources.pop(0).removeprefix("--from=")].root
                for source in sources:
                    stage.copy(origin / source.removeprefix("/"), target)
            case "ENV":
                key, _, worth = value.partition("=")
                stage.env[key] = worth
            case "USER":
                stage.user = value
            case "WORKDIR":
                stage.workdir = value
                (stage.root / value.removeprefix("/")).mkdir(parents=True, exist_ok=True)
            case "ENTRYPOINT":
                stage.entrypoint = json.loads(value)
            case "CMD":
                stage.command = json.loads(value)
            case "HEALTHCHECK":
                stage.health = json.loads(value.partition("CMD ")[2])
            case "EXPOSE":
                stage.port = value
            case "STOPSIGNAL":
                stage.stop = signal.Signals[value]
            case "VOLUME":
                assert (stage.root / value.removeprefix("/")).is_dir(), f"{value} does not exist"
            case _:
                raise ValueError(f"{name} is not an instruction that this trial knows")
    return stage


def use(stage: Stage) -> None:
    """Prepare a database, serve it until the health check passes, and stop the server with its signal."""
    settings = {"COGWG_SECRET_KEY": KEY, "COGWG_TRUSTED_HOSTS": "plan.example.ca,localhost"}
    stage.run([*stage.entrypoint, "init"], **settings)
    stage.run([*stage.entrypoint, "seed"], **settings)
    port = str(free_port())
    health = [part.replace(f":{stage.port}/", f":{port}/") for part in stage.health]
    server = subprocess.Popen(
        stage.arguments([*stage.entrypoint, *stage.command, "--port", port], **settings), stdin=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + HEALTHY_WITHIN
        while subprocess.run(stage.arguments(health, **settings), stderr=subprocess.DEVNULL, check=False).returncode:
            assert server.poll() is None, "the server ended by itself"
            assert time.monotonic() < deadline, "the server did not become healthy"
            time.sleep(0.5)
        print("== healthy", flush=True)
        (child,) = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        os.kill(int(child), stage.stop)
        assert server.wait(HEALTHY_WITHIN) == 0, "the server did not stop cleanly"
        print(f"== stopped by {stage.stop.name}", flush=True)
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()


def lacking() -> list[str]:
    """Return what this machine lacks for the trial."""
    return [program for program in PROGRAMS if shutil.which(program) is None] + (["root"] if os.geteuid() else [])


def main() -> None:
    """Try the ``Containerfile``; a folder as argument holds a Debian that is used again."""
    if missing := lacking():
        sys.exit(f"This trial needs {', '.join(missing)}.")
    with tempfile.TemporaryDirectory(prefix="cogwg-container-") as name:
        base = Path(sys.argv[1]) if len(sys.argv) > 1 else bootstrap(Path(name))
        use(build(CONTAINERFILE.read_text(encoding="utf-8"), base, Path(name)))


if __name__ == "__main__":
    main()
