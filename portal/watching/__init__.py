"""How the installation is: health, measures, machines, the regular tick."""
