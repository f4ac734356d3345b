"""Many send at the same moment, from several processes: no more than the window, one of each form,
no error.
"""

import json
from functools import partial

import pytest
from django.test import Client

from inquiries.actions import query_code
from inquiries.models import ErrorReport, FormUse
from inquiries.tests.builders import WORDS, make_error_report, receipt, stamp
from ledger.tests.forking import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 30


def send(file, stamped):
    """Post one form; its status and what was read on its receipt go into a file of its own."""
    response = Client().post("/corrections/new/", {**WORDS, "stamp": stamped})
    is_receipt = "已经收到您的纠错" in response.content.decode()
    file.write_text(json.dumps([response.status_code, receipt(response) if is_receipt else None]))


def told(folder):
    return [json.loads(file.read_text()) for file in folder.glob("*.json")]


def test_thirty_at_once_of_one_network_are_no_more_than_the_window_takes(tmp_path):
    tasks = [partial(send, tmp_path / f"{number}.json", stamp()) for number in range(AT_ONCE)]
    assert run_at_once(*tasks) == [0] * AT_ONCE
    answers = told(tmp_path)
    assert len(answers) == AT_ONCE
    assert {status for status, _ in answers} <= {200, 429}
    assert ErrorReport.objects.count() == FormUse.objects.count() == 3
    assert len({tuple(receipt) for _, receipt in answers if receipt}) == 3


def test_a_double_click_is_one_correction_with_one_receipt(tmp_path):
    stamped = stamp()
    assert (
        run_at_once(*(partial(send, tmp_path / f"{number}.json", stamped) for number in range(4)))
        == [0] * 4
    )
    assert ErrorReport.objects.count() == FormUse.objects.count() == 1
    assert [status for status, _ in told(tmp_path)] == [200] * 4
    assert len({tuple(receipt) for _, receipt in told(tmp_path)}) == 1


def guess(file, number, code):
    """Ask for a receipt; the status goes into a file."""
    file.write_text(
        json.dumps(Client().post("/corrections/", {"number": number, "code": code}).status_code)
    )


def test_twelve_guesses_at_once_are_no_more_than_five_tries(tmp_path):
    number = make_error_report(token="x").number
    tasks = [
        partial(guess, tmp_path / f"{one}.json", number, f"AAAAA{one:05}") for one in range(12)
    ]
    assert run_at_once(*tasks) == [0] * 12
    assert sorted(told(tmp_path)) == [200] * 5 + [429] * 7
    assert (
        Client().post("/corrections/", {"number": number, "code": query_code("x")}).status_code
        == 429
    )
