"""Writers of files: a document of typed blocks as PDF, DOCX, ODT, XLSX, CSV, HTML, Markdown, text,
and packages of them.
"""
