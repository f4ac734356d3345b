"""The page cache in front of Django (docs/decisions/0014-page-cache.md)."""
