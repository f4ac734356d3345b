"""依法删除 removes: words planted in everything an item can have, the act, and a search of every
table, file and address.
"""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from disclosure import acts
from disclosure.erasing import clearing
from disclosure.models import Attachment, Revision, Takedown
from disclosure.tests.builders import correct, make_attachment, make_draft, make_staff
from ledger import audit
from ledger.models import Act, Entry
from ledger.verification import verify_chain
from opendata import bulk
from portal.tests import planted as looking
from search.engines import engine
from search.query import parse

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "人民法院（2026）黑01行终1号判决"


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.BACKUP_DIR = tmp_path / "backups"


@pytest.fixture
def item(shelves, government, office):
    planted = looking.plant_item(shelves, government, office)
    looking.make_files(planted)
    return planted


def everywhere(planted, organ, folder, *, user=None):
    """{word: places}, of all tables, files and public addresses."""
    words = planted.words.values()
    sha256s = Revision.objects.filter(item=planted.item).values_list("content_sha256", flat=True)
    paths = [*looking.addresses(planted.item, organ, list(sha256s))]
    paths += [f"/search/?q={word}" for word in list(words)[:6]] + [
        f"/search/suggestions/?q={word}" for word in list(words)[:3]
    ]
    return looking.merged(
        looking.in_tables(words),
        looking.in_files(words, folder),
        looking.in_answers(words, paths, user=user),
    )


def proved():
    """The register, the revisions and the audit log agree after the act as before."""
    return [fault.message for fault in (*verify_chain(), *audit.verify_audit())]


def acts_on_record():
    """What was done by whom, with the hashes: a removal takes none of it."""
    return list(
        Entry.objects.order_by("sequence").values_list("sequence", "act", "entry_hash", "person")
    )


def test_no_word_of_a_removed_item_is_left_anywhere(item, government, office, tmp_path, client):
    before = everywhere(item, government, tmp_path)
    assert sorted(set(item.words.values()) - set(before)) == []  # each word was planted in truth
    assert len(item.words) > 40
    assert proved() == []
    hashes = [*Revision.objects.values_list("content_sha256", flat=True)]
    recorded = acts_on_record()
    for quoted in (item.item.title, item.words["旧版title"], f"{item.words['附件名']}.csv"):
        with pytest.raises(ValidationError, match="请改写"):
            acts.remove_item(
                item=item.item, by=office, reason=f"因为{quoted}不该公开，{quoted}应当删除，请办理"
            )
    acts.remove_item(item=item.item, by=office, reason=WHY)
    assert client.get(item.item.get_absolute_url()).status_code == 410
    assert (
        client.get(f"/art/{item.words['旧地址']}.html")["Location"] == item.item.get_absolute_url()
    )
    clearing.finish()  # as `tick` does within the minute
    bulk.rewrite_if_wanted()
    after = everywhere(item, government, tmp_path)
    # A search repeats what was typed; nothing else does.
    repeated = {
        word: [place for place in places if not place.startswith("/search")]
        for word, places in after.items()
    }
    assert {word: places for word, places in repeated.items() if places} == {}
    assert [*Revision.objects.values_list("content_sha256", flat=True)] == hashes
    assert acts_on_record()[: len(recorded)] == recorded
    assert Entry.objects.head().act == Act.REMOVE
    assert [engine().walk(parse(word), (), limit=9) for word in list(item.words.values())[:9]] == [
        []
    ] * 9
    assert proved() == []
    assert Takedown.objects.unfinished().count() == 0


def test_no_word_of_a_removed_report_is_left_in_the_next_years(
    government, office, tmp_path, client, shelves
):
    planted, _ = looking.plant_report(government, office)
    looking.make_files(planted)
    before = everywhere(planted, government, tmp_path)
    assert sorted(set(planted.words.values()) - set(before)) == []
    assert proved() == []
    acts.remove_item(item=planted.item, by=office, reason=WHY)
    clearing.finish()
    bulk.rewrite_if_wanted()
    paths = [
        f"/reports/{government.slug}/2025{rest}"
        for rest in (".json", ".html", "/", "/history/", "/revisions/1/", "/revisions/2/")
    ]
    left = looking.merged(
        everywhere(planted, government, tmp_path), looking.in_answers(planted.words.values(), paths)
    )
    left = {
        word: [place for place in places if not place.startswith("/search")]
        for word, places in left.items()
    }
    assert {word: places for word, places in left.items() if places} == {}
    assert client.get(f"/reports/{government.slug}/2025/").status_code == 200
    assert client.get(f"/reports/{government.slug}/2025/revisions/1/").status_code == 410
    assert proved() == []


def test_one_press_at_the_desk_and_nobody_outside_reads_a_word_while_the_desk_still_does(
    item, government, office, tmp_path, client
):
    sha256s = list(Revision.objects.values_list("content_sha256", flat=True))
    public = [*looking.addresses(item.item, government, sha256s)]
    # What was written for the public of an earlier withdrawal and return is not the item's.
    words = [word for place, word in item.words.items() if place != "撤回原因"]
    client.force_login(office)
    press = f"/admin/disclosure/item/{item.item.pk}/acts/pull/"
    form = client.get(press).context["form"]
    assert client.post(press, form.initial | {"reason": form["reason"].initial}).status_code == 302
    assert looking.in_answers(words, public) == {}
    bulk.rewrite_if_wanted()
    again = [*looking.addresses(item.item, government, sha256s)]
    assert looking.in_answers(words, again) == {}
    assert looking.in_files(words, tmp_path / "bulk") == {}
    desk = f"/admin/disclosure/item/{item.item.pk}/change/"
    assert item.words["正文"] in str(looking.in_answers(words, [desk], user=office))
    stranger = make_staff("信息员", None, username="stranger")
    assert looking.in_answers(
        words, [desk, f"/admin/disclosure/item/?q={item.item.title}"], user=stranger
    ) in (
        {},
        {
            item.item.title: [f"/admin/disclosure/item/?q={item.item.title} 200"]  # what was typed
        },
    )
    assert proved() == []
    acts.restore_item(item=item.item, by=office, note="已核实")
    bulk.rewrite_if_wanted()
    assert item.words["正文"] in looking.in_answers(words, [item.item.get_absolute_url()])
    assert proved() == []


def test_a_name_that_a_correction_takes_out_is_read_by_nobody_outside(
    shelves, government, office, tmp_path
):
    planted = looking.plant_item(shelves, government, office)
    item = planted.item
    pending = item.pending_correction
    pending.title, pending.body, pending.change_note = (
        "更正后的标题",
        "<p>更正后的正文，不写姓名。</p>",
        "去掉不应公开的内容",
    )
    pending.summary = pending.keywords = pending.issuer = pending.source = (
        pending.document_number
    ) = ""
    pending.save()
    for related in (pending.attachments, pending.validities):
        related.all().delete()
    pending.overrides.all().delete()
    words = [
        word for place, word in planted.words.items() if place not in {"撤回原因", "更正稿说明"}
    ]
    acts.force_publish_item(item=pending, by=office, reason="来不及审核")
    item.refresh_from_db()
    sha256s = list(Revision.objects.values_list("content_sha256", flat=True))
    looking.make_files(planted)
    files = [*looking.addresses(item, government, sha256s)]
    assert planted.words["正文"] in looking.in_answers(
        words, files
    )  # the earlier states tell it still
    acts.hide_earlier(item=item, by=office, reason="旧版写有个人姓名")
    clearing.finish()
    bulk.rewrite_if_wanted()
    assert looking.in_answers(words, [*files, *looking.addresses(item, government, sha256s)]) == {}
    assert looking.in_files(words, tmp_path / "bulk", tmp_path / "exports") == {}
    desk = [f"/admin/disclosure/revision/{one.pk}/change/" for one in Revision.objects.all()]
    assert planted.words["正文"] in looking.in_answers(words, desk, user=office)
    assert proved() == []
    with pytest.raises(ValidationError, match="没有可以隐去的旧版"):
        acts.hide_earlier(item=item, by=office, reason="再来一次")


def test_earlier_states_can_be_erased_and_the_present_one_stays(
    shelves, government, office, client, tmp_path
):
    item = acts.publish_imported(
        item=make_draft("张某某的处罚决定", department=government, body="<p>张某某</p>")
    )
    file = make_attachment(item, "张某某.txt", "张某某".encode())
    correction = correct(item, by=office, title="处罚决定", body="<p>当事人已更正</p>")
    correction.attachments.all().delete()
    acts.force_publish_item(item=correction, by=office, reason="来不及审核")
    acts.hide_earlier(item=item, by=office, reason="判决", erase=True)
    clearing.finish()
    assert looking.in_files(["张某某"], tmp_path) == {}
    assert (
        looking.in_answers(
            ["张某某"], [item.get_absolute_url(), f"{item.get_absolute_url()}history/"]
        )
        == {}
    )
    assert client.get(file.get_absolute_url()).status_code == 404
    assert [bool(one.kept_content) for one in item.revisions.order_by("number")] == [False, True]
    assert proved() == []


def test_a_withdrawn_item_comes_back_without_what_was_hidden(shelves, government, office, client):
    item = acts.publish_imported(
        item=make_draft("张某某的处罚决定", department=government, body="<p>张某某</p>")
    )
    file = make_attachment(item, "张某某.txt", "张某某".encode())
    acts.pull_item(item=item, by=office)
    acts.hide_earlier(item=item, by=office, reason="写有姓名")
    with pytest.raises(ValidationError, match="不能原样恢复"):
        acts.restore_item(item=item, by=office, note="恢复")
    with pytest.raises(ValidationError, match="没有现行版本"):
        acts.hide_earlier(item=item, by=office, reason="写有姓名", erase=True)
    correction = correct(item, by=office, title="处罚决定", body="<p>当事人已更正</p>")
    correction.attachments.all().delete()
    acts.force_publish_item(item=correction, by=office, reason="来不及审核")
    item.refresh_from_db()
    shown = [
        f"{item.get_absolute_url()}{rest}"
        for rest in ("", "history/", "revisions/1/", "revisions/2/changes/")
    ]
    assert (
        looking.in_answers(
            ["张某某"], [*shown, file.get_absolute_url(), "/register/", "/register/export.jsonl"]
        )
        == {}
    )
    assert client.get(shown[0]).status_code == 200
    assert proved() == []


def test_the_files_go_with_the_act_and_not_with_the_next_tick(item, office, settings):
    names = [Path(one.file.path) for one in Attachment.everything.filter(item=item.item)]
    assert names
    assert all(path.is_file() for path in names)
    acts.remove_item(item=item.item, by=office, reason=WHY)
    assert [path for path in names if path.exists()] == []
    assert settings.KEPT_COPIES_MARK.exists()  # nginx shows no kept copy from this moment on


def test_files_that_could_not_be_deleted_stay_on_the_list_until_they_can(item, office, monkeypatch):
    storage = type(item.item.attachments.first().file.storage._wrapped)

    def refuse(self, name):
        raise OSError(name)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "delete", refuse)
        acts.remove_item(item=item.item, by=office, reason=WHY)
        assert clearing.finish()[1] == 1
    assert Takedown.objects.unfinished().erasing().exists()
    done, failed = clearing.finish()
    assert (done > 0, failed) == (True, 0)
    assert not Takedown.objects.unfinished().exists()
