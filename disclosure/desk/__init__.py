"""What a clerk works with beside the forms: bulk import, the queue of the front page, previews,
editing together.
"""
