"""Fixtures every room's tests may use."""

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from ledger import guards


@pytest.fixture(autouse=True)
def _media_in_a_temporary_folder(settings, tmp_path):
    """No test leaves a file behind."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _signing_key_in_a_temporary_folder(settings, tmp_path):
    """No test signs with, or makes, the installation's key."""
    settings.LEDGER_KEY_FILE = tmp_path / "ledger-key"


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_register():
    """A test with real transactions empties all tables afterwards, which the register's guards refuse.

    Here, and nowhere in the product, a flush takes the guards away first; the `post_migrate` that ends every flush puts
    them back.
    """
    flush = BaseDatabaseOperations.execute_sql_flush

    def without_guards(self, sql_list):
        guards.remove(self.connection)
        flush(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", without_guards)
        yield
