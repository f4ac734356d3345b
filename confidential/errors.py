"""Why a value cannot be encrypted or decrypted, each as a sentence that says what to do.

No message holds a value, decrypted or not: messages end up in logs.
"""


class ConfidentialError(Exception):
    """A value at rest cannot be read or written now. `str()` of it is Chinese, for whoever keeps
    the installation.
    """


class KeyFileError(ConfidentialError):
    """The file of the key is missing, cannot be read, or holds something else."""


class UnknownKeyError(ConfidentialError):
    """The value was encrypted under a key that the file does not hold."""


class DamagedValueError(ConfidentialError):
    """The value was changed, or comes from another place: another room, field or record."""
