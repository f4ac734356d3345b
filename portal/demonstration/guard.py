"""Where invented content may be written: into a demonstration, and nowhere else. What is published
stays in the register for good.
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from catalog.models import Category, Department
from disclosure.models import Item
from ledger.models import Entry
from portal.demonstration.data import read
from portal.models import SiteIdentity

NOT_A_DEMONSTRATION = (
    "这里没有设置 DEMO=1。演示内容是虚构的，写入后会公开，并且永远留在公开登记簿中，所以没有写入。"
    "想看演示，请在自己的电脑上运行 make run；正式安装请用 manage.py set_up 设置网站、机构、目录和账号。"
)
HAS_CONTENT = (
    "数据库中已有机构、栏目或信息，又不是演示内容，所以没有写入演示内容。"
    "想看演示，请换一个空的数据库（DATABASE_URL）和数据目录（DATA_DIR）；正式安装请去掉 DEMO=1。"
)
HAS_PEOPLE = (
    "数据库中已有账号或者网站信息，又不是演示内容：可能有人正要在这里正式安装，所以没有写入演示内容。"
    "想看演示，请换一个空的数据库（DATABASE_URL）和数据目录（DATA_DIR）；"
    "想给演示另加账号，请先在空的数据库上运行 make run。正式安装请去掉 DEMO=1。"
)
OTHERS = (
    "数据库中有别的程序的数据表，没有本平台的，所以什么也没有写入。"
    "想看演示，请换一个空的数据库（DATABASE_URL），或者不设置 DATABASE_URL，用演示自己的 SQLite。"
)


def refuse_where_real():
    """Raises ImproperlyConfigured, with what to do instead, where this is no demonstration. Also of
    a database whose tables are not there yet, or of another version: it asks for nothing but the
    columns that every version has.

    The demonstration's organs are known by their invented codes: a real organ may have the same
    address name.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured(NOT_A_DEMONSTRATION)
    tables = set(connection.introspection.table_names())
    if Department._meta.db_table not in tables:
        if tables:
            raise ImproperlyConfigured(OTHERS)
        return
    invented = [organ["code"] for organ in read("departments")]
    if Department.objects.filter(code__in=invented).exists():
        return
    if any(
        model.objects.exists()
        for model in (Department, Category, Item, Entry)
        if model._meta.db_table in tables
    ):
        raise ImproperlyConfigured(HAS_CONTENT)
    if User.objects.exists() or _has_a_name(tables):
        raise ImproperlyConfigured(HAS_PEOPLE)


def _has_a_name(tables):
    """Whether somebody has said whose site this is; the row itself comes with the tables."""
    if SiteIdentity._meta.db_table not in tables:
        return False
    return SiteIdentity.objects.exclude(name="", id_code="", domain="", organiser="").exists()
