"""The product with switches: while a file of this name is in its working folder, a part of it fails, or its clock is back."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.server.process import PROGRAM as PRODUCT

SECRET_DETAIL = "a secret detail"
PROGRAM = f"""#!{sys.executable}
from datetime import timedelta
from functools import wraps
from importlib import import_module
from pathlib import Path

from cogwg.core import calendar

real_now = calendar.real_now
calendar.real_now = lambda: real_now() - timedelta(hours=1 if Path("clock").exists() else 0)

def fail_while(switch, module, *names):
    owner = import_module(module)
    for name in names[:-1]:
        owner = getattr(owner, name)
    usual = getattr(owner, names[-1])

    @wraps(usual)
    def fail(*arguments, **options):
        if Path(switch).exists() and (switch != "template" or arguments[0].name == "activities/page.html"):
            raise RuntimeError("{SECRET_DETAIL}")
        return usual(*arguments, **options)

    setattr(owner, names[-1], fail)

fail_while("template", "jinja2", "Template", "render")
fail_while("permission", "cogwg.web.auth.access", "has_permission")
fail_while("throttle", "cogwg.web.auth.credentials", "reserve_attempt")
fail_while("audit", "cogwg.discussion.services", "record_event")

from cogwg.cli import main
main()
"""


def write_program(folder: Path) -> str:
    """Write the program to a folder, and return its path."""
    assert Path(PRODUCT).exists()
    program = folder / "cogwg-with-switches"
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    return str(program)
