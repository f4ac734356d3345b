"""The national forms of annual reports: their tables as data, what may stand in them, what must add
up, and figures in prose.

Forms of 国办发〔2014〕32号, 国办公开办函〔2019〕60号 and 〔2021〕30号. No models:
`disclosure/reports/tables/` stores the numbers and shows them.
"""
