"""The page *Go live* leads from an empty Debian to a site that works, with a backup and a restore."""

from __future__ import annotations

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


@pytest.mark.slow
def test_page_leads_from_an_empty_debian_to_a_site_with_a_backup_and_a_restore(tmp_path: Path) -> None:
    if lacks := missing():
        pytest.skip(f"needs {', '.join(lacks)}; apt-get install debootstrap iproute2")
    with started(bootstrap(tmp_path)) as machine:
        go_live(machine)
