"""What the public saw of an item at any time: its content, what changed, and whether it is what it was."""
