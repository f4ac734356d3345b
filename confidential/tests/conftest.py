import pytest

from confidential import keyring


@pytest.fixture(autouse=True)
def _a_key(_confidential_key_in_a_temporary_folder):
    """There is a key; who may make the first one is the front door's to say, and is asked nothing
    here.
    """
    keyring.make()
