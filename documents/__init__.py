"""What a document is, whoever publishes it: read, cleaned, compared, searched for personal data,
written. No models.

The lowest room of all: it imports nothing of the portal's, and no part of Django that reaches a
database.
"""
