"""What is checked of an item before it is submitted: one module a subject. Each check is declared by
`@check` (`disclosure.checks.registry`), and this room's `hooks.py` names the modules, so that the
archive itself knows only that there are checks.
"""
