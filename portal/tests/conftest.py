"""The small catalogue of the archive's page tests serves the front door's too; and the whole
portal, running.
"""

import pytest

from disclosure.tests.conftest import government, shelves
from portal.tests.served import serve

__all__ = ["government", "shelves"]


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory):
    """The portal with its demonstration, served as `make run` does, once for all tests of a
    process.
    """
    with serve(tmp_path_factory.mktemp("portal")) as portal:
        yield portal
