"""The small catalogue of the archive's page tests."""

from disclosure.tests.conftest import government, shelves

__all__ = ["government", "shelves"]
