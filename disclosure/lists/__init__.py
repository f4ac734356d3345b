"""Lists of items: chosen, sorted, in pages."""
