"""A large portal for benchmarks: generated items in great number, the same at every run."""

import datetime as dt
import random

from django.db import transaction
from django.utils import timezone

from catalog.models import Category, Department, Section
from disclosure.choices import Genre, Status
from disclosure.models import IndexSerial, Item, Theme
from documents.html.richtext import html_to_text
from portal.demonstration.guard import refuse_where_real

BATCH = 2_000
BODIES = 300
WORDS = [
    *(
        "政府采购",
        "信息公开",
        "行政审批",
        "服务事项",
        "发展规划",
        "财政预算",
        "河长制",
        "社会救助",
        "就业创业",
        "安全生产",
    ),
    *(
        "环境保护",
        "教育资源",
        "医疗保障",
        "道路改造",
        "招商引资",
        "优化营商环境",
        "统计调查",
        "人事任免",
        "应急预案",
    ),
    *("食品药品", "城市管理", "乡村振兴", "养老服务", "土地征收"),
]
PHRASES = [
    "进一步加强",
    "稳步推进",
    "全面落实",
    "认真组织开展",
    "及时向社会公布",
    "依法依规办理",
    "定期检查评估",
]


def add_items(number, on_batch=lambda made: None):
    """Add `number` published items spread over organs, categories, themes, genres and the years
    since 2008.
    """
    refuse_where_real()
    chance = random.Random(711)  # noqa: S311 – repeatable, not secret
    bodies = [_body(chance) for _ in range(BODIES)]
    texts = [html_to_text(body) for body in bodies]
    departments = list(Department.objects.exclude(kind=Department.Kind.OUTSIDE))
    base = Category.objects.get(section=Section.CONTENT)
    shelves = list(base.get_descendants().filter(section=None))
    themes = list(Theme.objects.exclude(parent=None))
    days = (timezone.localdate() - dt.date(2008, 5, 1)).days
    serials = {(row.department_id, row.year): row.last for row in IndexSerial.objects.all()}
    for start in range(0, number, BATCH):
        batch = [
            _item(chance, bodies, texts, departments, shelves, themes, days, serials)
            for _ in range(min(BATCH, number - start))
        ]
        with transaction.atomic():
            Item.objects.bulk_create(batch)
            _keep(serials)
        on_batch(len(batch))


def _body(chance):
    paragraphs = [
        "".join(chance.choice(PHRASES) + chance.choice(WORDS) + "，" for _ in range(10))
        for _ in range(4)
    ]
    return "<p>本条为演示内容（示例）。</p>" + "".join(
        f"<p>{text[:-1]}。</p>" for text in paragraphs
    )


def _item(chance, bodies, texts, departments, shelves, themes, days, serials):
    department, place = chance.choice(departments), chance.randrange(BODIES)
    day = dt.date(2008, 5, 1) + dt.timedelta(chance.randrange(days))
    moment = timezone.make_aware(dt.datetime(day.year, day.month, day.day, 9, chance.randrange(60)))
    serial = serials[department.pk, day.year] = serials.get((department.pk, day.year), 0) + 1
    genre = chance.choice(Genre.values)
    return Item(
        index_number=f"{department.code}/{day.year}-{serial:05d}",
        title=f"关于{chance.choice(PHRASES)}{chance.choice(WORDS)}和{chance.choice(WORDS)}工作的{genre}（示例{serial}）",
        document_number=f"松政发〔{day.year}〕{serial}号",
        created_on=day,
        published_at=moment,
        department=department,
        category=chance.choice(shelves),
        theme=chance.choice(themes),
        genre=genre,
        body=bodies[place],
        text=texts[place],
        status=Status.PUBLISHED,
        view_count=0,
    )


def _keep(serials):
    rows = [
        IndexSerial(department_id=key[0], year=key[1], last=last) for key, last in serials.items()
    ]
    IndexSerial.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["department", "year"], update_fields=["last"]
    )
