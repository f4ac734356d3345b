import pytest

PAGES = ["/about/", "/about/counts/", "/about/accessibility/", "/about/privacy/"]


@pytest.mark.parametrize("address", PAGES)
def test_it_is_there_without_asking_the_database(client, address):
    # No database is allowed in this module: pages about the portal stand when it is down.
    response = client.get(address)
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


@pytest.mark.parametrize("address", PAGES)
def test_it_is_read_only(client, address):
    assert client.post(address).status_code == 405


def test_the_accessibility_statement_names_its_law_its_standard_and_whom_to_tell(client, settings):
    settings.SITE = {**settings.SITE, "contact": "0451-00000000"}
    page = client.get("/about/accessibility/").content.decode()
    for words in ("无障碍环境建设法", "GB/T 37668-2019", "WCAG 2.2", "0451-00000000"):
        assert words in page


def test_the_privacy_page_names_the_one_cookie(client):
    assert "prefs" in client.get("/about/privacy/").content.decode()
