import uuid
from urllib.parse import quote

import pytest

from disclosure.choices import Status
from disclosure.tests.builders import make_attachment, make_item

pytestmark = pytest.mark.django_db


def content(response):
    return b"".join(response.streaming_content)


def test_it_serves_the_file_as_a_file(client, shelves):
    file = make_attachment(make_item(), "附表 一.txt", "内容".encode())
    response = client.get(file.get_absolute_url())
    assert content(response).decode() == "内容"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == f"attachment; filename*=UTF-8''{quote('附表 一.txt')}"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_an_unchanged_file_is_not_sent_again(client, shelves):
    file = make_attachment(make_item())
    etag = client.get(file.get_absolute_url())["ETag"]
    assert etag == f'"{file.sha256}"'
    assert client.get(file.get_absolute_url(), headers={"if-none-match": etag}).status_code == 304


def test_names_longer_than_a_file_system_takes_are_kept_for_display(client, shelves):
    file = make_attachment(make_item(), "通" * 120 + ".txt")
    assert client.get(file.get_absolute_url()).status_code == 200
    assert len(file.file.name) < 60


def test_another_name_leads_to_the_right_address(client, shelves):
    file = make_attachment(make_item())
    response = client.get(f"/attachments/{file.pk}/x.html")
    assert (response.status_code, response["Location"]) == (302, file.get_absolute_url())


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_it_hides_files_of_what_is_not_public(client, shelves, status):
    file = make_attachment(make_item(status=status))
    assert client.get(file.get_absolute_url()).status_code == 404


def test_it_handles_the_missing(client, shelves, caplog):
    assert client.get(f"/attachments/{uuid.uuid4()}/x.txt").status_code == 404
    file = make_attachment(make_item())
    file.file.storage.delete(file.file.name)
    assert client.get(file.get_absolute_url()).status_code == 404
    assert f"attachment {file.pk} cannot be read" in caplog.text


def test_nginx_is_handed_the_file_where_it_stands_in_front(client, shelves, settings):
    settings.X_ACCEL_LOCATION = "/internal/media/"
    file = make_attachment(make_item())
    response = client.get(file.get_absolute_url())
    assert response["X-Accel-Redirect"] == f"/internal/media/{file.file.name}"
    assert response.content == b""


def test_it_refuses_the_wrong_method(client, shelves):
    assert client.post(make_attachment(make_item()).get_absolute_url()).status_code == 405
