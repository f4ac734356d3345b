"""How every form of the desk writes: locked, checked again, only what it shows
(docs/decisions/0079-saves-never-undo.md).

It knows no room: rooms derive their admins from `desk.saving.DeskAdmin`.
"""
