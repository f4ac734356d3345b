"""The small catalogue of the page tests."""

from disclosure.tests.conftest import government, shelves  # noqa: F401
