"""What the text of a report says in figures, and whether it agrees with itself and with the tables.
`examine()` is the door.
"""
