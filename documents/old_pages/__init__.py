"""Saved pages and files of older portals, read: bytes → blocks (lines, tables as written) → parts
(head, body, foot) → what each part says.

Nothing here knows a site, stores or fetches anything. `imports/` judges the statutory
tables and brings records in.
"""
