"""A document as typed blocks: what every file is written from. No writer of a format ever sees
HTML.
"""
