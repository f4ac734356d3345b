"""The table of transitions: who may do which act, in which states of an item, what state follows,
and the words of its button.

The acts refuse by this table (`guarding.require_transition`), and the desk offers its buttons by it
(`disclosure.desk.acts`), so that no button leads to a refusal and no act lacks its button.
"""

from dataclasses import dataclass

from disclosure.choices import AT_THE_DESK, EDITABLE, ONCE_PUBLIC, Status


@dataclass(frozen=True)
class Transition:
    """One row: an act, the permission of `disclosure` it asks, the states it leads from and to.

    `targets` holds the states the item (for a correction: the public item) may be in afterwards.
    `label` is the button's.
    """

    name: str
    permission: str
    sources: tuple[Status, ...]
    targets: tuple[Status, ...]
    label: str

    @property
    def title(self):
        """The button's words without the dots that announce a page."""
        return self.label.rstrip("…")

    def is_allowed_in(self, status):
        """Whether an item in this state may go this way."""
        return status in self.sources

    def is_allowed_to(self, user):
        """Whether the person has the permission, whatever the item's department."""
        return user.has_perm(f"disclosure.{self.permission}")


_DRAFT, _SUBMITTED, _RETURNED = Status.DRAFT, Status.SUBMITTED, Status.RETURNED
_APPROVED, _SCHEDULED, _KEPT = Status.APPROVED, Status.SCHEDULED, Status.KEPT
_PUBLISHED, _WITHDRAWN = Status.PUBLISHED, Status.WITHDRAWN
_REVIEWED = (_APPROVED, _KEPT, _SCHEDULED, _PUBLISHED)  # 审核 may publish, or plan to, at once
_UNDER_REVIEW = (_SUBMITTED, _APPROVED, _SCHEDULED)
_READY = (_APPROVED, _SCHEDULED)
_SHOWN = (_PUBLISHED, _WITHDRAWN)

# In the order of the buttons.
_ROWS = (
    ("submit", "submit_item", EDITABLE, (_SUBMITTED,), "提交审核…"),
    ("recall", "submit_item", (_SUBMITTED,), (_DRAFT,), "收回修改"),
    ("review", "review_item", (_SUBMITTED,), _REVIEWED, "审核（保密审查）…"),
    ("return", "review_item", _UNDER_REVIEW, (_RETURNED,), "退回修改…"),
    ("publish", "publish_item", _READY, (_SCHEDULED, _PUBLISHED), "公开…"),
    ("unschedule", "publish_item", (_SCHEDULED,), (_APPROVED,), "取消定时"),
    ("force", "force_publish_item", AT_THE_DESK, (_PUBLISHED,), "不经审核直接公开…"),
    ("forced-review", "review_item", ONCE_PUBLIC, ONCE_PUBLIC, "补审…"),
    ("correct", "submit_item", ONCE_PUBLIC, ONCE_PUBLIC, "更正…"),
    ("discard", "submit_item", EDITABLE, ONCE_PUBLIC, "放弃更正"),
    ("pull", "withdraw_item", (_PUBLISHED,), (_WITHDRAWN,), "紧急撤下"),
    ("hide", "withdraw_item", _SHOWN, _SHOWN, "隐去旧版…"),
    ("withdraw", "withdraw_item", (_PUBLISHED,), (_WITHDRAWN,), "撤回…"),
    ("restore", "withdraw_item", (_WITHDRAWN,), (_PUBLISHED,), "恢复公开…"),
    ("remove", "remove_item", ONCE_PUBLIC, (_WITHDRAWN,), "依法删除…"),
    ("reassess", "review_item", (_KEPT,), (_KEPT,), "定期评估：继续不公开…"),
    ("reopen", "submit_item", (_KEPT,), (_DRAFT,), "可以公开了：重新起草"),
    ("views", "correct_views", ONCE_PUBLIC, ONCE_PUBLIC, "更正浏览次数…"),
)
TRANSITIONS = {row[0]: Transition(*row) for row in _ROWS}
