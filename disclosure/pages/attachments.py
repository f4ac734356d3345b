"""Serving attachments: behind the one gate, as files and never as pages of ours."""

import logging
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import condition, require_safe

from disclosure.choices import ScanState
from disclosure.models import Attachment, Item

logger = logging.getLogger(__name__)
SHOWN_IN_BROWSER = {"pdf", "png", "jpg", "jpeg"}


def _etag(request, pk, name):
    digest = (
        Attachment.everything.published().filter(pk=pk).values_list("sha256", flat=True).first()
    )
    return f'"{digest}"' if digest else None


@require_safe
@condition(etag_func=_etag)
def attachment(request, pk, name):
    """The file of a public item. The id decides; a name that is not the file's leads to the right
    address.
    """
    file = Attachment.everything.published().filter(pk=pk).first()
    is_public = file is not None
    file = file or get_object_or_404(_of_the_desk(request), pk=pk)
    if name != file.served_name:
        return redirect(file.get_absolute_url())
    response = _handed_to_nginx(file) if settings.X_ACCEL_LOCATION else _streamed(file)
    kind = "inline" if file.extension in SHOWN_IN_BROWSER else "attachment"
    response["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(file.served_name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    # A header set here wins over the site's policy: the file may load nothing and run nothing.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    if (
        file.retired_at
    ):  # an earlier revision's: still there for whoever cites it, no longer for search engines
        response["X-Robots-Tag"] = "noindex"
    if not is_public:
        response["Cache-Control"] = "private, no-store"
    return response


def _of_the_desk(request):
    """Files of drafts, for the staff who write them: the pictures in the editor. Asked only where
    nothing is public.
    """
    if not (request.user.is_staff and request.user.has_perm("disclosure.view_attachment")):
        return Attachment.objects.none()
    harmless = Attachment.objects.exclude(scan_state=ScanState.INFECTED)
    return harmless.filter(item__in=Item.objects.visible_to(request.user))


def _handed_to_nginx(file):
    response = HttpResponse(content_type=file.content_type)
    response["X-Accel-Redirect"] = (
        settings.X_ACCEL_LOCATION.rstrip("/") + "/" + quote(file.file.name)
    )
    return response


def _streamed(file):
    try:
        return FileResponse(file.file.open("rb"), content_type=file.content_type)
    except OSError as error:
        logger.error("attachment %s cannot be read: %s", file.pk, error)
        raise Http404("附件文件暂时无法读取，请与发布机构联系。") from error
