"""Numbers as official reports print them: 1,204. Django's own Chinese format has no separator."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
