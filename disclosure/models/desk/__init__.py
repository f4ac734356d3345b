"""What the desk needs and the public never sees: reviews, imports, who is editing."""
