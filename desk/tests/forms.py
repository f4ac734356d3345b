"""Forms of the desk as a browser sends them."""


def versioned(client, address, values):
    """`values` with the version that the form at `address` carries now."""
    return {**values, "_version": client.get(address).context["version"]}
