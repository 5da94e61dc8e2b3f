"""The page *Go live* leads from an empty Debian to a site that works, with a backup and a restore."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.server.containerfile import bootstrap
from tests.server.go_live import blocks, cron_commands, go_live, missing, started


def test_blocks_of_the_page_are_plain_sh() -> None:
    assert len(blocks()) > 10
    for block in blocks():
        subprocess.run(["sh", "-n"], input=block, text=True, check=True)
    assert len(cron_commands()) == 8


class Host:
    """A folder whose ``etc``, ``opt`` and ``var`` the blocks of an upgrade use, with stand-ins for the programs they run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("etc/cogwg", "etc/cron.d", "opt/cogwg-1/bin", "opt/cogwg-2/bin", "var/backups/cogwg", "programs"):
            (folder / name).mkdir(parents=True)
        (folder / "opt" / "cogwg").symlink_to(folder / "opt" / "cogwg-1")
        self._program("opt/cogwg-1/bin/cogwg", "true")
        self._program("opt/cogwg-2/bin/cogwg", "true")
        for name in ("systemctl", "install", "sed"):
            self._program(f"programs/{name}", "true")
        self.answer("true")

    def _program(self, name: str, text: str) -> None:
        (self.folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.folder / name).chmod(0o755)

    def answer(self, text: str) -> None:
        """Let ``cogwg-run`` note its arguments, then run this; a backup is written if it ends well."""
        written = 'case "$1 $2" in "backup /"*) touch "$2" ;; esac'
        self._program("programs/cogwg-run", f'echo "$*" >>{self.folder}/ran\n{text}\n{written}')

    def run(self, words: str) -> int:
        """Run the block with these words in a shell of its own, after the one that names the folders; return its exit code."""
        (names,) = (block for block in blocks() if block.startswith("export OLD="))
        (block,) = (block for block in blocks() if words in block)
        script = names + block
        for name in ("etc", "opt", "var"):
            script = script.replace(f"/{name}/", f"{self.folder}/{name}/")
        env = {"PATH": f"{self.folder}/programs:{os.environ['PATH']}", "ADMINISTRATOR": "a@b.ca", "SECRETARIAT": "s@b.ca"}
        return subprocess.run(["sh", "-uc", script], env=env, capture_output=True, check=False).returncode

    def back_up(self) -> int:
        return self.run('cogwg-run backup "$BACKUP"')

    def upgrade(self) -> int:
        return self.run('ln -sfn "$NEW" /opt/cogwg')

    def go_back(self) -> int:
        return self.run('restore --replace "$BACKUP"')

    @property
    def ran(self) -> list[str]:
        """What ``cogwg-run`` was given, since the last time this was read."""
        file = self.folder / "ran"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines


def test_going_back_restores_the_backup_of_this_upgrade_alone(tmp_path: Path) -> None:
    host = Host(tmp_path)
    backups = tmp_path / "var" / "backups" / "cogwg"
    (backups / "before-upgrade-2099-01-01-000000.backup").touch()
    (tmp_path / "etc" / "cogwg" / "upgrade").write_text("OLD=/none NEW=/none BACKUP=/of-the-upgrade-before\n")
    host.answer("exit 2")
    assert host.back_up() != 0, "the folder of backups cannot be written"
    assert len(host.ran) == 1
    assert (host.upgrade(), host.go_back()) == (2, 2)
    assert host.ran == [], "nothing is upgraded and nothing is restored without a backup of this upgrade"
    host.answer("true")
    assert host.back_up() == 0
    (backup,) = (line.removeprefix("backup ") for line in host.ran)
    assert host.upgrade() == 0
    assert (tmp_path / "opt" / "cogwg").readlink().name == "cogwg-2"
    assert host.ran == ["--owner init"]
    assert host.go_back() == 0
    assert (tmp_path / "opt" / "cogwg").readlink().name == "cogwg-1"
    assert host.ran[0] == f"--owner restore --replace {backup}"
    assert host.go_back() != 0, "an upgrade is taken back once"
    assert host.ran == []


@pytest.mark.slow
def test_page_leads_from_an_empty_debian_to_a_site_with_a_backup_and_a_restore(tmp_path: Path) -> None:
    if lacks := missing():
        pytest.skip(f"needs {', '.join(lacks)}; apt-get install debootstrap iproute2")
    with started(bootstrap(tmp_path)) as machine:
        go_live(machine)
