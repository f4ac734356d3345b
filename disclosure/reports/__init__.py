"""Annual reports: their tables of figures, and what is found in them."""
