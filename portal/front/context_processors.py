"""What every page's head and foot need."""

from django.conf import settings


def site(request):
    """The site's names and numbers (`SITE` in settings), and the absolute address of this page
    without its query.
    """
    origin = settings.SITE_ORIGIN or f"{request.scheme}://{request.get_host()}"
    return {
        "site": settings.SITE,
        "origin": origin,
        "page_url": origin + request.path,
        "is_demo": settings.DEMO,
        "counts_by_pixel": settings.COUNT_BY_PIXEL,
    }
