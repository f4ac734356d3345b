"""A signed digest a day of all that the public reads, and what explains the difference between two."""
