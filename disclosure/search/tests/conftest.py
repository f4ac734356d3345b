"""The room's small catalogue."""

from disclosure.tests.conftest import government, shelves

__all__ = ["government", "shelves"]
