"""Pages of the desk that are no change form of Django's: kept while somebody writes and offered on
return, as `desk.keeping` does.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.utils import timezone

from desk.keeping import DISCARD, NOT_KEPT
from desk.models import KeptForm, keep_form

NOT_VALUES = NOT_KEPT | {"_kept_key"}


@dataclass(frozen=True)
class KeptPage:
    """One page of one record, as one person writes it."""

    user: Any
    place: str  # which page: app_label.model_name and a word
    key: str  # of the record
    about: str  # what takes the kept texts along when it is removed by law
    address: str  # of the page
    keeping_address: str  # what the page is sent to every half minute

    def _mine(self):
        return KeptForm.objects.of_form(self.user, self.place, self.key)

    def keep(self, request: HttpRequest) -> HttpResponse:
        """The page as it is typed now; or the wish to forget it."""
        if request.POST.get(DISCARD):
            self.forget()
            return HttpResponseRedirect(self.address)
        values = {name: sent for name, sent in request.POST.lists() if name not in NOT_VALUES}
        kept = keep_form(
            user=self.user, place=self.place, key=self.key, values=values, about=self.about
        )
        return JsonResponse({"kept_at": f"{timezone.localtime(kept.kept_at):%H:%M}"})

    def forget(self) -> None:
        """After it was saved."""
        self._mine().delete()

    def taken_up(self, request: HttpRequest) -> QueryDict | None:
        """What `?kept=` asks for, to be shown as it was typed; None where there is nothing of this
        person's.
        """
        number = request.GET.get("kept", "")
        kept = (
            self._mine().filter(pk=number).first()
            if number.isascii() and number.isdecimal()
            else None
        )
        if kept is None:
            return None
        values = QueryDict(mutable=True)
        for name, sent in kept.values.items():
            values.setlist(name, sent)
        return values

    def context(self, request: HttpRequest, taken_up: QueryDict | None = None) -> dict[str, Any]:
        """For `desk/kept.html` and `desk/kept_discard.html`."""
        is_opened = request.method == "GET" and taken_up is None
        return {
            "keep_url": self.keeping_address,
            "kept_object": self.key,
            "kept_key": "",
            "kept_offers": list(self._mine()[:1]) if is_opened else [],
            "is_unsaved": not is_opened,
        }
