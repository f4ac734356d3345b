"""Where an item's files stand."""


def file_address(item, extension):
    """The address of an item's file in a format."""
    return item.kind.address("file", extension)


def code_address(item):
    """The address of the picture of an item's permanent address, to be scanned from paper."""
    return item.kind.address("code")
