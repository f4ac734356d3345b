"""Accounts of the staff as GB/T 22239-2019, 8.1.4.1 and 8.1.4.2 ask (等保 2.0, 第三级): log-in,
passwords, sessions, second factor.
"""
