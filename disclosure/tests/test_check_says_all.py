"""检查 says everything that 提交审核 will refuse: each reason of the act is a point of the
checklist, or no matter of the content.
"""

import ast
import inspect

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from catalog.tests.builders import make_department
from disclosure import acts
from disclosure.acts import reviewing
from disclosure.acts.checklist import Checklist
from disclosure.choices import EDITABLE, Status
from disclosure.desk.acts import BY_NAME
from disclosure.models import Item
from disclosure.tests.builders import correct, make_draft, make_public, make_staff

pytestmark = pytest.mark.django_db
# What `submit_item` asks, in the order of its lines, and where a clerk hears of it before pressing
# 提交审核.
ASKED = {
    "present": "the record is gone: no page to press it on",
    "require_transition": "the right, the scope, the state: no button, and the page says which it is",
    "require_source": "the state, once more under the lock",
    "require_change_note": "checklist: missing-change-note",
    "refuse_unresolved": "checklist",
    "locked": "the record is gone",
    "require_same": "somebody saved between the checking and the act: begin anew",
}


def test_every_question_of_the_act_is_known_here():
    """A new one must be a point of the checklist, or be added above with where it is said."""
    tree = ast.parse(inspect.getsource(reviewing.submit_item))
    names = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {getattr(name, "id", getattr(name, "attr", "")) for name in names}
    asks = {name for name in called if name.startswith(("require", "refuse", "present", "locked"))}
    assert asks == set(ASKED)


def without_note(item):
    return correct(make_public(item), note="")


def blank_note(item):
    return correct(make_public(item), note="　 ")


def without_body(item):
    Item.objects.filter(pk=item.pk).update(body="", text="")
    return item


def without_title(item):
    Item.objects.filter(pk=item.pk).update(title=" ")
    return item


def with_a_number_of_a_person(item):
    Item.objects.filter(pk=item.pk).update(
        body="<p>张某的身份证号是 11010519491231002X，特此通知。</p>"
    )
    return item


REFUSED = [without_note, blank_note, without_body, without_title, with_a_number_of_a_person]


@pytest.mark.parametrize("broken", REFUSED)
def test_what_the_act_refuses_the_checklist_has_said_in_the_same_words(broken):
    item = Item.objects.get(pk=broken(make_draft("关于防汛工作的通知")).pk)
    said = [point.finding.message for point in Checklist.of(item).open]
    with pytest.raises(ValidationError) as refused:
        acts.submit_item(item=item, by=make_staff("信息员", item.department))
    assert said
    assert any(message in " ".join(refused.value.messages) for message in said)


def test_what_the_checklist_passes_the_act_takes():
    item = make_draft("关于防汛工作的通知")
    assert not Checklist.of(item).open
    acts.submit_item(item=item, by=make_staff("信息员", item.department))
    public = make_public(
        make_draft("关于抗旱工作的通知", body="<p>为做好抗旱工作，现将有关事项通知如下。</p>")
    )
    correction = correct(public, note="更正日期")
    assert not Checklist.of(correction).open
    acts.submit_item(item=correction, by=make_staff("信息员", public.department))


@pytest.mark.parametrize("status", [status for status in Status if status not in EDITABLE])
def test_where_the_state_forbids_it_there_is_no_button(status):
    from_the_page = BY_NAME["submit"]
    assert not from_the_page.is_offered(
        make_staff("信息员", make_department()), Item(status=status)
    )


def test_where_the_right_is_wanting_there_is_no_button_and_the_act_refuses():
    item, stranger = make_draft(), make_staff("信息员", make_department())
    with pytest.raises(PermissionDenied):
        acts.submit_item(item=item, by=stranger)
