"""The statutory tables of annual reports: their forms as data, their identities, entering and
reading them.
"""
