"""What the server loads before its first request. Each worker keeps it in memory."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.sessions import FURTHER
from tests.web_client import SECRET_KEY, App

SELDOM_USED = ("authlib", "joserfc", "cryptography", "segno", "httpx", "openpyxl", "pptx", "lxml", "PIL")
CODE = f"""
import sys
from babel import localedata
from cogwg.app import create_app
create_app()
print([name for name in {SELDOM_USED} if name in sys.modules], list(localedata._cache))
"""


@FURTHER
def test_server_starts_without_what_few_requests_use(app: App) -> None:
    """Not loaded: sign-in with a provider, encryption, QR codes, the HTTP client, the libraries of deck files, Babel's data."""
    environment = os.environ | {"COGWG_DATABASE_URL": app.url, "COGWG_SECRET_KEY": SECRET_KEY}
    started = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
    assert started.stdout == "[] []\n"
