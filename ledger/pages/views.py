"""The register's public pages. All start from `Entry.objects.public()`, which knows what must stay
hidden.
"""

import base64
from pathlib import Path

from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_http_methods, require_safe
from django.views.generic import TemplateView
from django_filters.views import FilterView

from ledger import canonical, export
from ledger.models import Checkpoint, Entry, Receipt, Redaction, SigningKey
from ledger.outside import copies, witnesses
from ledger.pages import old_checkpoints, uploads
from ledger.pages.forms import LARGEST_SEQUENCE, CopyForm, DigestForm, EntryFilter
from ledger.standalone import verify_register

PAGE_SIZE = 50
HISTORY_SIZE = 100
VERIFIER = Path(verify_register.__file__)


class EntryList(FilterView):
    """The register, newest first. The next page begins at a number, so that a page costs the same
    however far back.
    """

    queryset = Entry.objects.public().order_by("-sequence")
    filterset_class = EntryFilter
    template_name = "ledger/entry_list.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows = list(self.object_list[: PAGE_SIZE + 1])
        checkpoint = Checkpoint.objects.order_by("-number").first()
        more_before = rows[PAGE_SIZE - 1].sequence if len(rows) > PAGE_SIZE else None
        return context | {
            "entries": rows[:PAGE_SIZE],
            "more_before": more_before,
            "checkpoint": checkpoint,
        }


@require_safe
def entry_detail(request, sequence):
    """One entry, with all that is needed to recompute its hash by hand."""
    entry = get_object_or_404(Entry.objects.public(), sequence=sequence)
    history = Entry.objects.public().about(entry.subject_kind, entry.subject_key)
    neighbours = Entry.objects.filter(sequence__in=(entry.sequence - 1, entry.sequence + 1))
    context = {
        "entry": entry,
        "words": _words(entry),
        "canonical_text": canonical.canonical(entry.hashed()).decode(),
        "history": history.order_by("-sequence")[:HISTORY_SIZE],
        "neighbours": sorted(neighbours.values_list("sequence", flat=True)),
        "checkpoint": Checkpoint.objects.filter(sequence__gte=entry.sequence)
        .order_by("number")
        .first(),
    }
    return render(request, "ledger/entry_detail.html", context)


def _words(entry):
    """The hideable words with salt and canonical text, for the page; empty where they are hidden."""
    if entry.is_redacted:
        return []
    labels = {"subject_title": "名称", "note": "变更说明", "payload": "其他公开事实"}
    opened, hashed = entry.opened(), entry.hashed()
    return [
        {
            "label": label,
            "field": field,
            "digest": hashed[f"{field}_digest"],
            "canonical": canonical.canonical(
                {"salt": opened[f"{field}_salt"], "value": opened[field]}
            ).decode(),
        }
        for field, label in labels.items()
    ]


# No account, no cookie and no change: a forged request could only make a reader hash a file. So
# readers need no token.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request):
    """Is my copy genuine, and current? By its hash, or by the file itself. Is the register still what
    it was? By a checkpoint that somebody kept.
    """
    if request.method == "POST":
        return _verify_file(request)
    form = DigestForm(request.GET if "hash" in request.GET else None)
    context = {
        "form": form,
        "copy_form": CopyForm(),
        "old_form": old_checkpoints.OldCheckpointForm(),
    }
    if form.is_valid():
        context |= _found(form.cleaned_data["hash"])
    return render(request, "ledger/verify.html", context)


def _verify_file(request):
    request.upload_handlers = [
        old_checkpoints.CheckpointHandler(request),
        uploads.HashingHandler(request),
    ]
    context = {
        "form": DigestForm(),
        "copy_form": CopyForm(),
        "old_form": old_checkpoints.OldCheckpointForm(),
        "limit": uploads.largest_upload() // 1_000_000,
    }
    copy_form = None if uploads.announced_too_large(request) else CopyForm(files=request.FILES)
    if copy_form is None or uploads.was_too_large(request):
        return render(request, "ledger/verify.html", context | {"is_too_large": True}, status=413)
    if old_checkpoints.is_asked(request):
        return render(request, "ledger/verify.html", context | old_checkpoints.answer(request))
    if not copy_form.is_valid():
        return render(request, "ledger/verify.html", context | {"copy_form": copy_form})
    file = copy_form.cleaned_data["file"]
    return render(
        request, "ledger/verify.html", context | {"file": file} | _found(file.sha256, file.codes)
    )


def _found(digest, codes=()):
    return {
        "digest": digest,
        "answers": copies.answers(digest),
        "recognised": copies.recognised(digest, codes),
        "is_answered": True,
    }


def _register_tag(request):
    """Changes with every entry and every word hidden or shown again."""
    head = Entry.objects.order_by("-sequence").values_list("entry_hash", flat=True).first()
    hidden = sorted(Redaction.objects.in_force().values_list("pk", flat=True))
    return f'"{canonical.sha256([head, hidden])}"'


@require_safe
@condition(etag_func=_register_tag)
def register_export(request):
    """The whole public register as JSON Lines, for anybody to keep and to verify."""
    response = StreamingHttpResponse(
        export.register_lines(), content_type="application/jsonl; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="export.jsonl"'
    return response


@require_safe
def checkpoint_list(request):
    """All signed checkpoints and public keys, for a witness to fetch once a day and keep."""
    return JsonResponse(
        export.checkpoints(), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )


@require_safe
def digest_list(request):
    """The signed digests of all that the public reads: numbers of rows and roots, table by table."""
    return JsonResponse(export.digests(), json_dumps_params={"ensure_ascii": False, "indent": 1})


@require_safe
def checkpoint_file(request, number):
    """One checkpoint, in the very bytes that an authority has stamped."""
    point = _checkpoint(number)
    return HttpResponse(witnesses.stamped_bytes(point), content_type="application/json")


@require_safe
def checkpoint_stamp(request, number):
    """The time stamp over it, for `openssl ts -verify -data N.json -in N.tsr -CAfile …`."""
    stamps = _checkpoint(number).receipts.filter(way=Receipt.Way.TIMESTAMP)
    receipt = stamps.order_by("number").first()
    if receipt is None:
        raise Http404
    answer = HttpResponse(
        base64.b64decode(receipt.answer), content_type="application/timestamp-reply"
    )
    answer["Content-Disposition"] = f'attachment; filename="checkpoint-{number}.tsr"'
    return answer


def _checkpoint(number):
    if number > LARGEST_SEQUENCE:
        raise Http404
    return get_object_or_404(Checkpoint, number=number)


@require_safe
def verifier(request):
    """The stand-alone program that verifies a downloaded register."""
    response = HttpResponse(VERIFIER.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify_register.py"'
    return response


class About(TemplateView):
    """What the chain proves, what it does not, and what an outside witness adds."""

    template_name = "ledger/about.html"
    http_method_names = ["get", "head", "options"]

    def get_context_data(self, **kwargs):
        stamps = Receipt.objects.filter(way=Receipt.Way.TIMESTAMP).order_by("-number")
        return super().get_context_data(
            keys=SigningKey.objects.order_by("-number"),
            taken=witnesses.last_witnessed(),
            stamped=stamps.values_list("checkpoint_id", flat=True).first(),
            **kwargs,
        )
