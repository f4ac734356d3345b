"""Guesses that arrive together are no better than guesses that come one after the other."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client

from catalog.tests.builders import make_user

GUESSES, AT_ONCE = 20, 10  # of sixty at once it is five as well; each costs a line of the audit log


@pytest.mark.django_db(transaction=True)
def test_of_guesses_at_once_five_are_looked_at_and_the_owner_gets_in(monkeypatch):
    make_user("zhang")
    looked_at, verify = [], MD5PasswordHasher.verify
    monkeypatch.setattr(MD5PasswordHasher, "verify", lambda *words: looked_at.append(words[1]) or verify(*words))
    logging.disable(logging.CRITICAL)

    def sign_in(number):
        is_owner = number == GUESSES // 2
        sent = {"username": "zhang", "password": "示例口令 2026" if is_owner else f"guess-{number}"}
        try:
            return (
                Client().post("/admin/login/", sent, REMOTE_ADDR="10.0.0.9" if is_owner else "203.0.113.5").status_code
            )
        finally:
            connection.close()

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(sign_in, range(GUESSES + 1)))
    finally:
        logging.disable(logging.NOTSET)
    assert len([word for word in looked_at if word.startswith("guess")]) == 5
    assert answers.pop(GUESSES // 2) == 302
    assert sorted(answers) == [200] * 4 + [429] * (GUESSES - 4)
