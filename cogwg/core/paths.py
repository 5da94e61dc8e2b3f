"""Locations of the folders that ship with the product: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def resource_folder(name: str) -> Path:
    """Return the folder ``templates``, ``static``, ``migrations`` or ``seed``."""
    inside = _PACKAGE / "_assets" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
