"""What an annual report says about itself, checked: figures in prose, lists, tables, form,
likeness, promises.

`examine.examine()` is the pure function over a report's text; `stored.findings_for()` is what
pages, exports and the desk ask. Precision comes before recall: whatever can be read in two ways is
left alone or called 无法核对.
"""
