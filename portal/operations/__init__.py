"""Keeping the portal: backup, restore, proof that both worked, and a diagnosis in plain words."""
