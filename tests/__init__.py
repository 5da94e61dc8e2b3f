"""Tests. The product is imported first, because it sets which XML library openpyxl uses; openpyxl reads this once."""

import cogwg  # noqa: F401
