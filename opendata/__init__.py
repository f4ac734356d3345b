"""What machines read of the archive: feeds, site maps, the API, bulk files."""
