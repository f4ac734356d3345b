"""What a district changes of the look: a folder `custom/` that belongs to no release
(docs/decisions/0085-a-folder-of-ones-own.md).
"""
