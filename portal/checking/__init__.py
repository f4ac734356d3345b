"""What `check` and `doctor` ask, and what to do about the answers."""
