"""Tests. The product is imported first, because it sets which XML library openpyxl uses; openpyxl reads this once.

Before that, Python is told to keep what it compiles beside the sources, where Git ignores it, even if the environment says
otherwise: else every process of every run would compile 900 modules again.
"""

import os
import sys

sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import cogwg  # noqa: E402, F401
