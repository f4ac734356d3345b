"""The queue keeps a task under its dotted name; rows written before `files/` had its name name this
module.
"""

from disclosure.files.jobs import make_file, prepare_package

__all__ = ["make_file", "prepare_package"]
