"""Many items from one table."""
