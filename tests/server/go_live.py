"""Carry out ``docs/how-to/go-live.md`` in an empty Debian: ``python -m tests.server.go_live`` (as root).

The Debian is a folder made by ``debootstrap``, with processes, mounts and a network of its own, so its PostgreSQL and nginx
use their usual ports. Every block of ``sh`` on the page is run there as it is written. systemd cannot run in a folder: a
stand-in for ``systemctl`` starts by hand what the unit says, as its user and with its settings, but without its protections.
Then the lines of the cron file are run once, as cron would.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.server.containerfile import CERTIFICATES, LENT_CERTIFICATES, ROOT, bootstrap, lacking

PAGE, GROUPS_PAGE = (ROOT / "docs" / "how-to" / name for name in ("go-live.md", "host-several-groups.md"))
CHECKOUT = "usr/local/src/cogwg"
KEPT = (
    *("cogwg", "deploy", "migrations", "seed", "static", "templates"),
    *("LICENSE", "README.md", "pyproject.toml", "requirements.lock"),
)
"""What the page uses of the checkout."""
DOWNLOADS = re.compile(r"^ *(apt-get|deploy/install) ", re.MULTILINE)
"""What needs this machine's network; all else runs with a network of its own."""
SITE = "https://plan.example.ca"
EMAIL, PASSWORD = "secretariat@example.ca", "seven maples by the harbour"
TRUSTED = "--resolve plan.example.ca:443:127.0.0.1 --cacert /etc/ssl/certs/plan.example.ca.pem"
CURL = f"curl --silent --show-error --fail --retry 60 --retry-delay 1 {TRUSTED}"
"""It waits for a server that has just been started, which nginx answers with 503."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
STARTED_LATER = "exit 101"
"""The answer of ``policy-rc.d`` that lets packages be installed without starting what they hold."""
SYSTEMCTL = r"""#!/bin/sh
# Stands in for systemd, which cannot run in a folder.
set -eu
unit=/etc/systemd/system/cogwg.service
case $* in
daemon-reload) ;;
"enable --now cogwg" | "start cron cogwg")
    command=$(sed -n 's/^ExecStart=//p' $unit)
    set -a
    . "$(sed -n 's/^EnvironmentFile=//p' $unit)"
    set +a
    cd "$(sed -n 's/^WorkingDirectory=//p' $unit)"
    umask 077
    echo "== started by hand: $command" >&2
    user=$(sed -n 's/^User=//p' $unit) group=$(sed -n 's/^Group=//p' $unit)
    setsid setpriv --reuid "$user" --regid "$group" --init-groups --no-new-privs $command </dev/null >>/var/log/cogwg.log 2>&1 &
    echo $! >/run/cogwg.pid
    ;;
"stop cron cogwg")
    kill "$(cat /run/cogwg.pid)"
    while [ -e "/proc/$(cat /run/cogwg.pid)/exe" ]; do sleep 0.2; done
    ;;
"reload nginx") nginx -s reload ;;
*) echo "systemctl $*: the stand-in does not know this" >&2; exit 1 ;;
esac
"""
DEBIAN_STARTS = """
sed -i 's/^port = .*/port = 5432/' /etc/postgresql/*/main/postgresql.conf
pg_ctlcluster "$(ls /etc/postgresql)" main start
nginx
"""
"""What Debian starts when it installs the packages."""


def blocks(page: Path = PAGE) -> list[str]:
    """Return the blocks of ``sh`` on a page, in order."""
    return re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def cron_commands() -> list[tuple[str, str]]:
    """Return the user and the command of each line of the cron file."""
    text = (ROOT / "deploy" / "cron" / "cogwg").read_text(encoding="utf-8")
    lines = re.findall(r"^(?=[\d*])(?:\S+ ){5} *(\w+) +(.*)$", text, re.MULTILINE)
    return [(user, command.replace("\\%", "%")) for user, command in lines]


class Machine:
    """A Debian in a folder, with the processes that run in it."""

    def __init__(self, root: Path, inner: int) -> None:
        self.root, self._inner = root, inner

    def run(self, script: str, *, user: str = "root", online: bool = False) -> str:
        """Run a script of ``sh`` to its end and return what it prints. Raises ``CalledProcessError`` when it fails."""
        spaces = ("nsenter", "--target", str(self._inner), "--mount", "--pid", "--root", "--wd")
        env = (f"PATH={PATH}", "HOME=/root", "DEBIAN_FRONTEND=noninteractive", f"PIP_CERT=/{LENT_CERTIFICATES}")
        network = () if online else ("--net",)
        command = [*spaces, *network, "env", "-i", *env, "runuser", "-u", user, "--", "sh", "-euc", script]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        print(done.stdout, end="", flush=True)
        done.check_returncode()
        return done.stdout


@contextmanager
def started(root: Path) -> Iterator[Machine]:
    """Start the machine in this folder, with a checkout in its place; at the end, kill all that runs in it."""
    for name in KEPT:
        place = root / CHECKOUT / name
        place.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy2)(ROOT / name, place)
    if CERTIFICATES.exists():
        shutil.copyfile(CERTIFICATES, root / LENT_CERTIFICATES)
    for name, text in (("usr/sbin/policy-rc.d", f"#!/bin/sh\n{STARTED_LATER}\n"), ("usr/local/bin/systemctl", SYSTEMCTL)):
        (root / name).write_text(text)
        (root / name).chmod(0o755)
    spaces = ("--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc", "--root", str(root))
    holder = subprocess.Popen(
        ["unshare", *spaces, "sh", "-c", "echo ready; while :; do sleep 60 & wait; done"], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        (inner,) = Path(f"/proc/{holder.pid}/task/{holder.pid}/children").read_text().split()
        subprocess.run(["nsenter", "--target", inner, "--net", "ip", "link", "set", "lo", "up"], check=True)
        yield Machine(root, int(inner))
    finally:
        holder.kill()
        holder.wait()


def go_live(machine: Machine) -> None:
    """Carry out the page, then look at what it left."""
    setting_up, *others = blocks()
    printed = ""
    for block in others:
        if block.startswith("export "):
            setting_up += block
            continue
        print(f"== {block}", flush=True)
        printed += machine.run(setting_up + block, online=DOWNLOADS.search(block) is not None)
        if "apt-get install" in block:
            machine.run(DEBIAN_STARTS)
        if "deploy/configure" in block:
            repeat_configuration(machine, setting_up + block)
        if "systemctl reload nginx" in block:
            create_first_account(machine, printed)
    assert re.search(r"^Restore drill passed: first\.backup of [\d-]+ holds ", printed, re.MULTILINE)
    assert printed.count("Restored. ") == printed.count("Recorded the restore of a backup") == 2
    assert "Upgrade drill passed: " in printed
    assert not re.search(r"^(look at|wrong  ) ", printed, re.MULTILINE), "the doctor has nothing to say"
    print("== sign in with the account that was backed up, restored, upgraded and taken back", flush=True)
    assert fill_in(machine, f"{SITE}/en/sign-in", email=EMAIL, password=PASSWORD) == "303"
    assert "/en/setup/" not in machine.run("cogwg-run --owner init"), "there is an account"
    check_files(machine)
    for user, command in cron_commands():
        print(f"== cron, {user}: {command}", flush=True)
        assert machine.run(command, user=user) == "", "cron would email this"


def repeat_configuration(machine: Machine, script: str) -> None:
    """Paste the step again, which must keep the secrets that it made."""
    secrets = "cat /etc/cogwg/cogwg.env /etc/cogwg/owner.env | cksum"
    before = machine.run(secrets)
    machine.run(script)
    assert machine.run(secrets) == before


def create_first_account(machine: Machine, printed: str) -> None:
    """Create the first account with the link that ``cogwg init`` printed, by https through nginx, as a browser would."""
    print("== create the first account", flush=True)
    (link,) = re.findall(rf"^{SITE}/en/setup/\S+$", printed, re.MULTILINE)
    fields = {"name": "A. Person", "email": EMAIL, "lang": "en", "password": PASSWORD, "again": PASSWORD}
    assert fill_in(machine, link, **fields) == "303"
    assert EMAIL in machine.run("cogwg-run person list")


def fill_in(machine: Machine, address: str, **fields: str) -> str:
    """Send the form at an address, with these fields, and return the status of the answer."""
    page = machine.run(f"{CURL} --cookie-jar /run/cookies {address} >/run/page; grep csrf_token /run/page")
    token = re.search(r'name="csrf_token"[^>]*? value="([^"]+)"', page)
    assert token is not None
    sent = {**fields, "csrf_token": token[1]}.items()
    given = [part for name, value in sent for part in ("--data-urlencode", f"{name}={value}")]
    options = ("--cookie", "/run/cookies", "--referer", address, "--output", "/dev/null", "--write-out", "%{http_code}\n")
    return machine.run(f"{CURL} {shlex.join([*options, *given, address])}").strip()


def check_files(machine: Machine) -> None:
    """Check who may read the settings, the backups and the data."""
    secret = "/etc/cogwg/cogwg.env /etc/cogwg/owner.env /var/lib/cogwg /var/backups/cogwg /var/backups/cogwg/first.backup"
    assert machine.run(f"stat --format '%a %U %G' {secret}").splitlines() == [
        "640 root cogwg",
        "600 root root",
        "700 cogwg cogwg",
        "700 cogwg cogwg",
        "600 cogwg cogwg",
    ]
    assert machine.run("stat --format %U /proc/$(cat /run/cogwg.pid)") == "cogwg\n"


def missing() -> list[str]:
    """Return what this machine lacks for the trial."""
    programs = [name for name in ("nsenter", "ip") if shutil.which(name) is None]
    return [*lacking(), *programs]


def main() -> None:
    """Try the page; a folder as argument holds a Debian that is copied."""
    if lacks := missing():
        sys.exit(f"This trial needs {', '.join(lacks)}.")
    with tempfile.TemporaryDirectory(prefix="cogwg-go-live-") as name:
        base = Path(sys.argv[1]) if len(sys.argv) > 1 else bootstrap(Path(name))
        root = Path(name) / "machine"
        subprocess.run(["cp", "--archive", str(base), str(root)], check=True)
        with started(root) as machine:
            go_live(machine)
        print("== the page works", flush=True)


if __name__ == "__main__":
    main()
