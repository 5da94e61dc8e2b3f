"""Tests. The product is imported first: it decides which XML library openpyxl takes, which openpyxl asks once."""

import cogwg  # noqa: F401
