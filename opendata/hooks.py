"""What open data has registered, read once by the portal when it starts."""

from opendata import bulk

# @clears: the package of the night.
CLEARING = (bulk,)
