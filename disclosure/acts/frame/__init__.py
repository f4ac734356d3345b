"""Acts on what items stand in: columns and organs, and the lists that are on record."""
