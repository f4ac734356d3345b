"""The gate every uploaded file goes through: its name, its content, the virus scanner.
`gate.check_upload()` is the door.
"""
