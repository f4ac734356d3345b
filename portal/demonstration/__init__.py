"""The demonstration: real public documents with their source named, and items marked 示例, for a
portal to look at.

The content is data under `fixtures/`; these modules put it into the database, once.
"""
