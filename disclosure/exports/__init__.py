"""Names that queued rows of an earlier release carry. They go with the release after next."""
