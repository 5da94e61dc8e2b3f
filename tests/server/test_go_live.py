"""The page *Go live* leads from an empty Debian to a site that works, with a backup and a restore.

Blocks of it and of *Host several groups* also run here in a folder, with stand-ins for what needs root.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.server.containerfile import ROOT, bootstrap
from tests.server.go_live import GROUPS_PAGE, PAGE, blocks, cron_commands, go_live, missing, started


@pytest.mark.parametrize("page", [PAGE, GROUPS_PAGE], ids=lambda page: page.stem)
def test_blocks_of_the_page_are_plain_sh(page: Path) -> None:
    assert len(blocks(page)) > 10
    for block in blocks(page):
        subprocess.run(["sh", "-n"], input=block, text=True, check=True)


def test_cron_has_its_jobs() -> None:
    assert len(cron_commands()) == 8


class Host:
    """A folder whose ``etc``, ``opt`` and ``var`` the blocks of a page use, with stand-ins for the programs that need root."""

    def __init__(self, folder: Path, page: Path) -> None:
        self.folder, self._page = folder, page
        for name in ("etc/cogwg", "etc/cron.d", "etc/systemd/system", "opt", "var/lib/cogwg", "var/backups/cogwg", "programs"):
            (folder / name).mkdir(parents=True)
        for name in ("systemctl", "id", "chown", "chgrp"):
            self.program(f"programs/{name}", "true")
        self.answer("true")

    def program(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.folder / name).chmod(0o755)

    def answer(self, text: str) -> None:
        """Let ``cogwg-run`` note its arguments, then run this; a backup is written if it ends well."""
        written = 'case "$1 $2" in "backup /"*) touch "$2" ;; esac'
        self.program("programs/cogwg-run", f'echo "$*" >>{self.folder}/ran\n{text}\n{written}')

    def run(self, words: str, *, before: str = "") -> subprocess.CompletedProcess[str]:
        """Run the block with these words in a shell of its own, after other commands."""
        (block,) = (block for block in blocks(self._page) if words in block)
        script = before + block
        for name in ("etc", "opt", "var"):
            script = script.replace(f"/{name}/", f"{self.folder}/{name}/")
        env = {"PATH": f"{self.folder}/programs:{os.environ['PATH']}", "ADMINISTRATOR": "a@b.ca", "SECRETARIAT": "s@b.ca"}
        return subprocess.run(["sh", "-uc", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    @property
    def ran(self) -> list[str]:
        """What ``cogwg-run`` was given, since the last time this was read."""
        file = self.folder / "ran"
        lines = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return lines


def test_going_back_restores_the_backup_of_this_upgrade_alone(tmp_path: Path) -> None:
    host = Host(tmp_path, PAGE)
    for name in ("sed", "install"):
        host.program(f"programs/{name}", "true")
    for folder in ("cogwg-1", "cogwg-2"):
        host.program(f"opt/{folder}/bin/cogwg", "true")
    in_use = tmp_path / "opt" / "cogwg"
    in_use.symlink_to(tmp_path / "opt" / "cogwg-1")
    (names,) = (block for block in blocks() if block.startswith("export OLD="))

    def ends(words: str) -> int:
        return host.run(words, before=names).returncode

    back_up, upgrade, go_back = 'cogwg-run backup "$BACKUP"', 'ln -sfn "$NEW" /opt/cogwg', 'restore --replace "$BACKUP"'
    (tmp_path / "var/backups/cogwg/before-upgrade-2099-01-01-000000.backup").touch()
    (tmp_path / "etc/cogwg/upgrade").write_text("OLD=/none NEW=/none BACKUP=/of-the-upgrade-before\n")
    host.answer("exit 2")
    assert ends(back_up) != 0, "the folder of backups cannot be written"
    assert len(host.ran) == 1
    assert ends(upgrade) != 0
    assert ends(go_back) != 0
    assert host.ran == [], "nothing is upgraded and nothing is restored without a backup of this upgrade"
    host.answer("true")
    assert ends(back_up) == 0
    (backup,) = (line.removeprefix("backup ") for line in host.ran)
    assert ends(upgrade) == 0
    assert (in_use.readlink().name, host.ran) == ("cogwg-2", ["--owner init"])
    assert ends(go_back) == 0
    taken_back, restored, *_rest = host.ran
    assert re.match(r"\S+/cogwg-2/bin/cogwg backup \S+/taken-back-", taken_back)
    assert (in_use.readlink().name, restored) == ("cogwg-1", f"--owner restore --replace {backup}")
    assert ends(go_back) != 0, "an upgrade is taken back once"
    assert host.ran == []


def test_single_site_keeps_its_jobs_until_it_is_a_group(tmp_path: Path) -> None:
    host = Host(tmp_path, GROUPS_PAGE)
    etc, data = tmp_path / "etc", tmp_path / "var/lib/cogwg"
    (etc / "cron.d/cogwg").write_text("the jobs of the single site\n")
    (etc / "cogwg/owner.env").write_text("COGWG_DATABASE_URL=owner\n")
    (etc / "cogwg/cogwg.env").write_text(f"COGWG_DATA={data}\nCOGWG_DATABASE_URL=sqlite:///{data}/cogwg.db\n")
    (data / "cogwg.db").touch()
    refused = host.run("cogwg@.service")
    assert (refused.returncode, "Make it a group first." in refused.stderr) == (1, True)
    assert (etc / "cron.d/cogwg").read_text() == "the jobs of the single site\n"
    host.program("programs/chgrp", "false")
    assert host.run("disable --now cogwg", before="GROUP=ca;").returncode == 1
    host.program("programs/chgrp", "true")
    done = host.run("disable --now cogwg", before="GROUP=ca;")
    assert (done.returncode, done.stderr) == (0, ""), "it can be pasted again"
    assert sorted(path.name for path in (etc / "cogwg").iterdir()) == ["groups"]
    settings = (etc / "cogwg/groups/ca/cogwg.env").read_text().splitlines()
    assert settings == [f"COGWG_DATA={data}/ca", f"COGWG_DATABASE_URL=sqlite:///{data}/ca/cogwg.db"]
    assert (etc / "cogwg/groups/ca/owner.env").exists()
    assert (data / "ca/cogwg.db").exists()
    assert (tmp_path / "var/backups/cogwg/ca").is_dir()


@pytest.mark.slow
def test_page_leads_from_an_empty_debian_to_a_site_with_a_backup_and_a_restore(tmp_path: Path) -> None:
    if lacks := missing():
        pytest.skip(f"needs {', '.join(lacks)}; apt-get install debootstrap iproute2")
    with started(bootstrap(tmp_path)) as machine:
        go_live(machine)
