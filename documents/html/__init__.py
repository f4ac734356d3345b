"""Rich text: HTML of the few elements a document needs, on its way in, in the portal, and on its
way out.
"""
