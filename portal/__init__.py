"""The front door of Lantai. The version of the whole stands here and nowhere else (Semantic
Versioning 2.0).
"""

__version__ = "1.0.0-beta.1"
