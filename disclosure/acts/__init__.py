"""Acts on items. Each is one transaction and keyword-only; `by` is the member of staff who acts.

An act checks for itself who may do it, in which scope and in which state: PermissionDenied and
ValidationError (in Chinese). `by=None` stands for the portal itself (`manage.py tick`, imports from
the command line), where an act allows it.
"""

from disclosure.acts.corrections import discard_correction, start_correction
from disclosure.acts.counts import correct_views
from disclosure.acts.drafts import create_draft_from_document
from disclosure.acts.frame.columns import (
    effect_on,
    hide_category_and_contents,
    move_category_contents,
    register_catalogue,
)
from disclosure.acts.frame.lists import register_lists
from disclosure.acts.frame.organs import merge_departments, merger_effect
from disclosure.acts.publishing import (
    force_publish_item,
    publish_imported,
    publish_item,
    record_first_revision,
    unschedule_item,
)
from disclosure.acts.reviewing import (
    approve_item,
    reassess_item,
    recall_item,
    reopen_item,
    return_item,
    review_forced_publication,
    submit_item,
)
from disclosure.acts.settling import declassify_finding, override_finding
from disclosure.acts.taking_away import (
    end_term,
    hide_earlier,
    pull_item,
    remove_item,
    restore_item,
    withdraw_item,
)
from disclosure.acts.validity import register_validity

__all__ = [
    "approve_item",
    "correct_views",
    "create_draft_from_document",
    "declassify_finding",
    "discard_correction",
    "effect_on",
    "end_term",
    "force_publish_item",
    "hide_category_and_contents",
    "hide_earlier",
    "merge_departments",
    "merger_effect",
    "move_category_contents",
    "override_finding",
    "publish_imported",
    "publish_item",
    "pull_item",
    "reassess_item",
    "recall_item",
    "record_first_revision",
    "register_catalogue",
    "register_lists",
    "register_validity",
    "remove_item",
    "reopen_item",
    "restore_item",
    "return_item",
    "review_forced_publication",
    "start_correction",
    "submit_item",
    "unschedule_item",
    "withdraw_item",
]
