"""What leaves the register for other hands, and is compared when it comes back."""
