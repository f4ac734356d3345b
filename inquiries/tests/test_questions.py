"""三加五等于几？"""

import pytest

from inquiries.questions import Question, number_said


@pytest.mark.parametrize("text", ["8", "８", "八", " 8 ", "八。", "8！"])
def test_eight_may_be_written_in_many_ways(text):
    assert Question(3, 5, "x").is_answered_by(text)


@pytest.mark.parametrize("text", ["12", "十二", "一十二", "１２"])
def test_so_may_twelve(text):
    assert Question(7, 5, "x").is_answered_by(text)


@pytest.mark.parametrize(
    "text", ["", "9", "九", "8.0", "3+5", "٨", "8" * 5000, "\x00", "八八", "²"]
)
def test_nothing_else_is_eight(text):
    assert not Question(3, 5, "x").is_answered_by(text)


def test_two_and_nothing():
    assert (number_said("两"), number_said("〇")) == (2, 0)


def test_it_is_asked_in_words():
    assert str(Question(3, 5, "x")) == "请写出：三加五等于几？"


def test_only_ours_is_read():
    question = Question.make()
    assert Question.read(question.signed()) == question
    for forged in ("", "x", question.signed()[:-1], "\ud800", "汉字:x:y"):
        assert Question.read(forged) is None
