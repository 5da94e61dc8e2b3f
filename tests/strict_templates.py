"""Undefined values in templates: in tests, a template that reads what does not exist fails."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import StrictUndefined
from jinja2.utils import missing


class StrictOptional(StrictUndefined):
    """A value that does not exist. Only a variable or key may be tested for its truth, because some are optional.

    A missing attribute of an object is a mistake in the template, even in a condition.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        if self._undefined_obj is not missing and not isinstance(self._undefined_obj, Mapping):
            self._fail_with_undefined_error()
        return False
