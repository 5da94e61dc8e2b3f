"""The steps of the ``Containerfile`` build a server that works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.containerfile import CONTAINERFILE, bootstrap, build, lacking, use


@pytest.mark.slow
def test_containerfile_steps_make_a_server_that_is_healthy_and_stops(tmp_path: Path) -> None:
    if missing := lacking():
        pytest.skip(f"needs {', '.join(missing)}; apt-get install debootstrap")
    use(build(CONTAINERFILE.read_text(encoding="utf-8"), bootstrap(tmp_path), tmp_path))
