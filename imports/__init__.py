"""Bringing in the past: saved pages and files of older portals, recognised, kept with their bytes,
confirmed by a clerk.

`recognition.recognise()` is the door: bytes in, a `Recognition` out. It stores nothing, fetches nothing and
never raises for what stands in a file: a file that cannot be used is refused with the reason.
"""
