"""Public pages of items and lists."""
