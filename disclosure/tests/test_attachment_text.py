import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from disclosure.models import Attachment, AttachmentText
from disclosure.tests.builders import make_attachment, make_item

pytestmark = pytest.mark.django_db


def test_a_file_is_read_once_its_transaction_is_over(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        attachment = make_attachment(make_item(), "说明.txt", "垃圾分类补助".encode())
    assert AttachmentText.objects.get().text == "垃圾分类补助"
    assert (
        Attachment.objects.select_related("extracted").get(pk=attachment.pk).text == "垃圾分类补助"
    )


def test_another_file_in_its_place_is_read_anew():
    attachment = make_attachment(make_item(), "说明.txt", b"one")
    attachment.extraction()
    attachment.file = ContentFile(b"two", name="说明.txt")
    attachment.save()
    attachment = Attachment.objects.get()
    assert attachment.text == ""
    assert attachment.extraction().text == "two"
    assert Attachment.objects.get().text == "two"


def test_the_command_reads_what_has_not_been_read(monkeypatch, capsys):
    item = make_item()
    make_attachment(item, "一.txt", b"one").extraction()
    make_attachment(item, "二.txt", b"two")
    call_command("read_attachments")
    assert sorted(AttachmentText.objects.values_list("text", flat=True)) == ["one", "two"]
    monkeypatch.setattr(Attachment, "extraction", None)  # nothing is read twice
    call_command("read_attachments")


def test_a_deleted_attachment_leaves_nothing_behind(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_attachment(make_item(), "说明.txt", b"words").delete()
    assert not AttachmentText.objects.exists()


def test_the_same_content_is_read_by_no_second_program(monkeypatch):
    make_attachment(make_item(), "一.txt", b"same words").extraction()
    monkeypatch.setattr("disclosure.models.attachment.extract_text", None)
    twin = make_attachment(make_item(), "二.txt", b"same words")
    assert twin.extraction().text == "same words"
    with pytest.raises(TypeError):  # under another extension it is another kind of file
        make_attachment(make_item(), "三.csv", b"same words").extraction()
