"""What citizens write to the offices: error reports on pages; applications and letters have their
place here.
"""
