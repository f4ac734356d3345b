"""What the archive and the public library receive (条例 Art. 25)."""
