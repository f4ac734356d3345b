"""The register's public pages and feed."""
