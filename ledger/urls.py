"""Addresses of the register, below /register/. One published is never removed."""

from django.urls import path
from django.views.decorators.http import require_safe

from ledger.pages import views
from ledger.pages.feeds import CheckpointFeed, RegisterFeed

urlpatterns = [
    path("", views.EntryList.as_view(), name="register"),
    path("<int:sequence>/", views.entry_detail, name="register-entry"),
    path("verify/", views.verify, name="register-verify"),
    path("about/", views.About.as_view(), name="register-about"),
    path("feed.atom", require_safe(RegisterFeed()), name="register-feed"),
    path("export.jsonl", views.register_export, name="register-export"),
    path("checkpoints.atom", require_safe(CheckpointFeed()), name="register-checkpoint-feed"),
    path("checkpoints/<int:number>.json", views.checkpoint_file, name="register-checkpoint"),
    path("checkpoints/<int:number>.tsr", views.checkpoint_stamp, name="register-timestamp"),
    path("digests.json", views.digest_list, name="register-digests"),
    path("checkpoints.json", views.checkpoint_list, name="register-checkpoints"),
    path("verify_register.py", views.verifier, name="register-verifier"),
]
