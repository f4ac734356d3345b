"""Who the site is: the environment, else the database, else a plain word that nothing was filled
in.
"""

import threading

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import PublicStamp
from catalog.tests.builders import make_user
from disclosure.tests.builders import make_draft, make_public, make_staff
from ledger.models import AuditEntry
from portal import identity
from portal.identity import UNNAMED, Site
from portal.models import SiteIdentity
from portal.operations import diagnosis
from portal.pagecache.version import Version

NAMES = {
    "name": "示例区人民政府",
    "id_code": "0000000001",
    "domain": "www.example.gov.cn",
    "organiser": "示例区人民政府办公室",
}


@pytest.fixture
def site(settings):
    """The site as a real installation has it, with nothing in the environment."""
    settings.SITE = Site(fixed={}, otherwise={})
    return settings.SITE


def enter(**values):
    row = SiteIdentity.objects.get(pk=1)
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    identity.forget()  # on_commit does it; a test's transaction is never committed
    return row


@pytest.mark.django_db
def test_what_is_entered_is_printed_and_what_is_fixed_wins(settings):
    enter(**NAMES, icp="京ICP备00000000号-1")
    settings.SITE = Site(
        fixed={"name": "另一个区人民政府", "contact": ""}, otherwise={"icp": "不印"}
    )
    assert settings.SITE["name"] == "另一个区人民政府"
    assert settings.SITE["icp"] == "京ICP备00000000号-1"
    assert settings.SITE["contact"] == ""
    assert settings.SITE["platform"] == "政府信息公开"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/about/",
        "/about/accessibility/",
        "/about/privacy/",
        "/register/feed.atom",
        "/data/dcat.jsonld",
    ],
)
def test_no_page_breaks_or_invents_a_name_while_nothing_is_filled_in(client, site, address):
    page = client.get(address)
    text = page.content.decode()
    assert page.status_code == 200
    assert "松北" not in text
    assert "2301090001" not in text
    for empty in ("主办：<", "主办：。", "网站标识码 <", 'content=""', "https:///"):
        assert empty not in text


@pytest.mark.django_db
def test_the_masthead_says_that_the_name_is_missing_and_the_tags_leave_it_out(client, site):
    text = client.get("/").content.decode()
    assert UNNAMED in text
    assert "SiteName" not in text
    assert "SiteIDCode" not in text
    enter(**NAMES)
    text = client.get("/").content.decode()
    assert '<meta name="SiteName" content="示例区人民政府">' in text
    assert "网站标识码 0000000001" in text
    assert UNNAMED not in text


@pytest.mark.django_db
def test_an_item_and_its_files_exist_before_the_site_has_a_name(client, site):
    item = make_public(make_draft("示例通知"))
    assert client.get(item.get_absolute_url()).status_code == 200
    file = b"".join(
        client.get(f"{item.get_absolute_url().rstrip('/')}.html").streaming_content
    ).decode()
    assert UNNAMED in file
    assert "松北" not in file


@pytest.mark.django_db
def test_a_page_asks_for_the_names_once_and_the_next_one_not_at_all(site):
    with CaptureQueriesContext(connection) as asked:
        assert {site[name] for name in identity.VARIABLES}
    assert len(asked) == 1
    with CaptureQueriesContext(connection) as asked:
        assert site["name"] == UNNAMED
    assert len(asked) == 0
    assert len(Site(fixed=dict.fromkeys(identity.VARIABLES, "x"), otherwise={})) == len(
        identity.VARIABLES
    )


@pytest.mark.django_db
def test_where_every_value_is_fixed_the_database_is_not_asked():
    fixed = Site(fixed=dict.fromkeys(identity.VARIABLES, "示例"), otherwise={})
    with CaptureQueriesContext(connection) as asked:
        assert fixed["name"] == "示例"
    assert len(asked) == 0


@pytest.mark.django_db
def test_a_change_is_a_change_of_what_is_public(site):
    before = PublicStamp.objects.reading()
    enter(**NAMES)
    assert PublicStamp.objects.reading() != before


@pytest.mark.django_db
def test_whoever_reads_the_new_version_sees_the_new_name(site):
    """Another process has changed it: this one notices by the version, before any page is made
    under it.
    """
    version = Version(read=PublicStamp.objects.reading)
    version.current()
    assert site["name"] == UNNAMED
    SiteIdentity.objects.filter(pk=1).update(name="示例区人民政府")
    PublicStamp.objects.bump()
    assert site["name"] == UNNAMED  # as this process knows it
    version.expire()
    version.current()
    assert site["name"] == "示例区人民政府"


@pytest.mark.django_db
def test_what_was_read_before_a_change_is_not_taken_for_what_is_after_it(site, monkeypatch):
    def reads_while_it_changes():
        found = {"name": "旧的名称"}
        site.forget()
        return found

    monkeypatch.setattr(identity, "_entered", reads_while_it_changes)
    assert site["name"] == "旧的名称"
    monkeypatch.setattr(identity, "_entered", lambda: {"name": "新的名称"})
    assert site["name"] == "新的名称"


@pytest.mark.django_db
def test_kept_parts_of_pages_follow_the_name(client, site):
    assert UNNAMED in client.get("/about/").content.decode()
    enter(**NAMES)
    text = client.get("/about/").content.decode()
    assert UNNAMED not in text


def test_without_a_database_the_last_names_known_stand(site, monkeypatch):
    monkeypatch.setattr(identity, "_entered", lambda: dict(NAMES))
    assert site["name"] == "示例区人民政府"
    site.forget()

    monkeypatch.setattr(
        identity, "_entered", lambda: (_ for _ in ()).throw(identity.DatabaseError())
    )
    assert site["name"] == "示例区人民政府"
    assert identity.last_known()["organiser"] == "示例区人民政府办公室"


def test_many_threads_see_one_edition(site, monkeypatch):
    monkeypatch.setattr(identity, "_entered", lambda: dict(NAMES))
    seen = []
    threads = [
        threading.Thread(target=lambda: seen.append((site["name"], site.edition)))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(seen) == {("示例区人民政府", 1)}


@pytest.mark.django_db
def test_the_database_keeps_one_row():
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteIdentity.objects.create(pk=2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("id_code", "23010900", "10 位政府网站标识码"),
        ("domain", "示例.中国", "请填写域名本身"),
        ("icp", "京备123号", "请照备案证书填写"),
        ("police_number", "110", "请照备案证明填写"),
        ("organ_mark_url", "www", "URL"),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_write(field, value, sentence):
    with pytest.raises(ValidationError) as refused:
        enter(**{field: value})
    assert sentence in "".join(refused.value.message_dict[field])


@pytest.mark.django_db
def test_what_people_paste_is_forgiven():
    row = enter(
        domain="HTTPS://WWW.Example.gov.cn/", icp="京icp备 00000000号", name="　示例区人民政府 "
    )
    assert (row.domain, row.icp, row.name) == (
        "www.example.gov.cn",
        "京ICP备00000000号",
        "示例区人民政府",
    )


@pytest.mark.django_db
def test_doctor_names_what_is_missing_and_where_to_fill_it_in(site):
    grave, slight = diagnosis.site_identity()
    assert "网站名称、网站标识码、网站域名、主办单位" in grave.what
    assert grave.is_grave
    assert "manage.py set_up" in grave.remedy
    assert "SITE_ID_CODE" in grave.remedy
    assert "ICP 备案号" in slight.what
    enter(
        **NAMES,
        icp="京ICP备00000000号",
        contact="010-00000000",
        police_number="京公网安备 00000000000000号",
    )
    assert list(diagnosis.site_identity()) == []


class TestAtTheDesk:
    """网站信息."""

    pytestmark = pytest.mark.django_db
    ADDRESS = "/admin/portal/siteidentity/1/change/"

    def test_the_system_administrator_fills_it_in_and_the_log_says_so(self, client, site):
        client.force_login(make_staff("系统管理员"))
        assert client.get("/admin/portal/siteidentity/").url == self.ADDRESS
        version = client.get(self.ADDRESS).context["version"]
        assert client.post(self.ADDRESS, {**NAMES, "_version": version}).status_code == 302
        assert SiteIdentity.objects.get().name == "示例区人民政府"
        assert AuditEntry.objects.filter(object_kind="portal.siteidentity").exists()

    @pytest.mark.parametrize("role", ["信息员", "审核员", "安全管理员", "公开办", "审计员"])
    def test_nobody_else_changes_it(self, client, site, role):
        client.force_login(make_staff(role))
        assert client.post(self.ADDRESS, NAMES).status_code == 403
        assert SiteIdentity.objects.get().name == ""

    def test_what_the_environment_fixes_is_shown_and_not_changed(self, client, settings):
        settings.SITE = Site(fixed={"name": "固定的名称"}, otherwise={})
        client.force_login(User.objects.get(pk=make_user("root", is_superuser=True).pk))
        answer = client.get(self.ADDRESS)
        page = answer.content.decode()
        assert "固定的名称" in page
        assert "SITE_NAME" in page
        assert 'name="name"' not in page
        client.post(
            self.ADDRESS, {**NAMES, "name": "另一个", "_version": answer.context["version"]}
        )
        assert settings.SITE["name"] == "固定的名称"
