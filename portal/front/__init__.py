"""What stands before every page: middleware, error pages, preferences, home."""
