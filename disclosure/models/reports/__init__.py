"""Annual reports: their tables, what is found in them, what they promise."""
