"""The small catalogue of the archive's page tests serves the front door's too."""

from disclosure.tests.conftest import government, shelves

__all__ = ["government", "shelves"]
