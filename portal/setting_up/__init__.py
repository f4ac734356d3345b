"""From an empty portal to a district's own: site, organs, catalogue and staff, from one workbook or
by questions.
"""
