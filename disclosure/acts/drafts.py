"""Making drafts."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from catalog.models import Department
from disclosure.models import Attachment, Item


@transaction.atomic
def create_draft_from_document(*, result, department, category, by, original=None):
    """A draft from what was read in a file (`documents.intake`), with its pictures, and with the
    file itself if given.

    Nothing becomes public: the clerk checks the draft first. Where no date was found, today stands
    in for it.
    """
    organs = result.organ_names
    is_ours = department.name in organs
    item = Item.objects.create(
        title=result.title,
        document_number=result.document_number,
        created_on=result.created_on or timezone.localdate(),
        genre=result.genre,
        body=result.body_html,
        department=department,
        category=category,
        issuer="" if is_ours else "、".join(organs)[:200],
        intake_doubts=[{"code": one.code, "sentence": str(one)} for one in result.doubts],
        created_by=by,
    )
    if by is not None:
        item.contributors.add(by)
    if is_ours:
        item.joint_departments.set(
            Department.objects.filter(name__in=organs).exclude(pk=department.pk)
        )
    for position, picture in enumerate(result.pictures, start=1):
        file = ContentFile(picture.content, name=picture.name)
        Attachment.objects.create(
            id=picture.id, item=item, file=file, name=picture.name, position=position
        )
    if original is not None:
        original.seek(0)
        Attachment.objects.create(item=item, file=original)
    return item
