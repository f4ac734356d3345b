"""The acts of the workflow as buttons and pages of the admin: which there are, who is offered
which, and doing them.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from desk.records import found_or_404
from disclosure import acts
from disclosure.acts.checklist import Checklist
from disclosure.acts.guarding import in_scope
from disclosure.acts.settling import BEFORE_APPROVAL
from disclosure.acts.transitions import TRANSITIONS
from disclosure.choices import Status
from disclosure.desk.forms import acts as forms
from disclosure.desk.forms.settling import DeclassificationForm
from disclosure.models import Review
from disclosure.revisions import history
from disclosure.revisions.state import state_of


def _changes(correction):
    """What a correction changes of the public state, as the public will see it compared."""
    return history.changes(state_of(correction.corrects), state_of(correction))


@dataclass(frozen=True)
class Act:
    """One act: its button, its page, and the action behind it."""

    name: str  # of its row in the table of transitions
    action: Callable
    form: type = forms.ActForm
    help: str = ""
    done: str = "已办理。"
    when: Callable = lambda item: True
    is_grave: bool = False
    leads_on: bool = False  # towards publication: the button that stands out

    @property
    def transition(self):
        """Its row: permission, states, words of the button."""
        return TRANSITIONS[self.name]

    @property
    def label(self):
        """The words of the button."""
        return self.transition.label

    def is_offered(self, user, item):
        """Whether this person may do it with the item as it stands."""
        row = self.transition
        return row.is_allowed_in(item.status) and row.is_allowed_to(user) and self.when(item)


def _approve(*, item, by, publish=False, **decision):
    """Approve, and publish at once where that was asked for."""
    item = acts.approve_item(item=item, by=by, **decision)
    if publish and item.status == Status.APPROVED:
        item = acts.publish_item(item=item, by=by)
    return item


def _remove(*, item, by, reason, **_confirmed):
    return acts.remove_item(item=item, by=by, reason=reason)


def _has_earlier_to_hide(item):
    """Whether the public can read, or could read again, a state that is not the present one."""
    shown = item.revisions.filter(stored__is_withheld=False).count()
    return not item.is_removed_by_law and shown > (1 if item.status == Status.PUBLISHED else 0)


def _review_forced(*, item, by, note):
    review = Review.objects.forced_and_unreviewed().filter(item=item).order_by("pk").first()
    if review is None:
        raise ValidationError("没有待补审的直接公开。")
    return acts.review_forced_publication(review=review, by=by, note=note).item


def _is_forced(item):
    return Review.objects.forced_and_unreviewed().filter(item=item).exists()


def _was_never_removed(item):
    return not item.is_removed_by_law


def _has_no_correction(item):
    return _was_never_removed(item) and item.pending_correction is None


ACTS = (
    Act(
        "submit",
        acts.submit_item,
        forms.SubmitForm,
        "提交后内容不能再改，直到审核员退回或者您收回。写过、改过这一稿的人不能审核它。",
        "已提交，等待审核。",
        leads_on=True,
    ),
    Act(
        "recall",
        acts.recall_item,
        help="收回后可以继续修改，改好再提交。",
        done="已收回，可以继续修改。",
    ),
    Act(
        "review",
        _approve,
        forms.ReviewForm,
        "公开前须经保密审查（《条例》第十七条）。请对照原件核对内容和下面的检查结果，再作结论。",
        "审核结论已记录。",
        leads_on=True,
    ),
    Act(
        "return",
        acts.return_item,
        forms.ReturnForm,
        "退回给编写人修改，改好后重新提交、重新审核。",
        "已退回。",
    ),
    Act(
        "publish",
        acts.publish_item,
        forms.PublishForm,
        "公开后公众立即可以看到；新的信息同时生成索引号，永不改变。更正稿公开后成为新的一版，旧版在“沿革”里可查。",
        leads_on=True,
    ),
    Act(
        "unschedule",
        acts.unschedule_item,
        help="取消定时，回到“已审核，待公开”。",
        done="已取消定时。",
    ),
    Act(
        "force",
        acts.force_publish_item,
        forms.ForceForm,
        "只用于确实来不及审核的情形。公开后列入“待补审”清单，由另一位审核员补审。",
        "已直接公开，待补审。",
        is_grave=True,
    ),
    Act(
        "forced-review",
        _review_forced,
        forms.ForcedReviewForm,
        "这条信息是公开办未经审核直接公开的。请审查后写明意见；直接公开的人不能自己补审。",
        "补审意见已记录。",
        _is_forced,
        leads_on=True,
    ),
    Act(
        "correct",
        acts.start_correction,
        help="生成一份更正稿，在上面修改、提交、审核。更正稿公开之前，公众看到的仍是现在这一版；"
        "公开之后成为新的一版，旧版永久保留，公众可以对照。",
        done="更正稿已经准备好，请修改并填写“更正说明”。",
        when=_has_no_correction,
    ),
    Act(
        "discard",
        acts.discard_correction,
        help="删去这份更正稿，已公开的信息不受影响。审核记录保留。",
        done="更正稿已放弃。",
        when=lambda item: item.corrects_id is not None,
        is_grave=True,
    ),
    Act(
        "pull",
        acts.pull_item,
        forms.PullForm,
        "发现公开了个人信息或者其他不应公开的内容时用：按一下，公众页面、附件、文件、订阅、接口、数据包和各服务器的缓存都不再有它，几秒钟内生效。"
        "内容留在工作台，之后再决定更正、恢复还是依法删除。",
        "已紧急撤下。原地址只显示撤回说明，各处缓存正在清除，通常几秒钟内完成。",
        is_grave=True,
    ),
    Act(
        "hide",
        acts.hide_earlier,
        forms.HideForm,
        "更正去掉了不该公开的内容（例如个人姓名）时用：旧版的全文、附件和登记簿里的名称、说明不再对外显示，校验码和办理记录保留。"
        "现行版本不受影响；已撤回的信息，现有各版都隐去，更正稿公开后才重新对外。",
        "旧版已隐去。",
        _has_earlier_to_hide,
        is_grave=True,
    ),
    Act(
        "withdraw",
        acts.withdraw_item,
        forms.ReasonForm,
        "撤回不是删除：记录、索引号和原地址都保留，公众在原地址看到撤回时间和原因。以后可以恢复。",
        "已撤回，原地址显示撤回说明。",
        is_grave=True,
    ),
    Act(
        "restore",
        acts.restore_item,
        forms.RestoreForm,
        "按撤回前的内容恢复公开，索引号和地址不变。内容需要修改的，请先“更正”。",
        "已恢复公开。",
        _was_never_removed,
    ),
    Act(
        "remove",
        _remove,
        forms.RemoveForm,
        "法律要求删除时（例如涉及个人隐私）才用：标题、正文、附件、旧版，旧网站原件、导入表格，工作台历史和登记簿里的文字都删除，无法找回。"
        "索引号、校验码和办理记录保留，原地址显示“已依法删除”。一般的错误请用“撤回”或“更正”。",
        "已依法删除，各处的缓存和文件正在清除。",
        _was_never_removed,
        is_grave=True,
    ),
    Act(
        "reassess",
        acts.reassess_item,
        forms.ReassessForm,
        "行政机关应当定期评估不予公开的政府信息（《条例》第十八条）。",
        "评估意见已记录。",
    ),
    Act(
        "reopen",
        acts.reopen_item,
        help="情况变化、可以公开的，回到草稿，改好后提交审核。",
        done="已回到草稿。",
    ),
    Act(
        "views",
        acts.correct_views,
        forms.CountForm,
        "浏览次数由系统统计。只有机器刷量或者统计故障时才更正，逐日更正，前后的次数和原因都写入公开登记簿。",
        "浏览次数已更正并登记。",
        _was_never_removed,
    ),
)
BY_NAME = {act.name: act for act in ACTS}


def change_url(item):
    """Where an item is worked on in the admin: a report has its own form."""
    return item.kind.desk_address()


def message_after(act, item):
    """What is said after an act."""
    if act.name in ("publish", "review", "force"):
        if item.status == Status.PUBLISHED:
            return f"已公开，索引号 {item.index_number}，第 {item.current_revision.number} 版。"
        if item.status == Status.SCHEDULED:
            return "已安排定时公开，到时自动公开。"
        if item.status == Status.APPROVED:
            return "审核通过，等待公开。"
    return act.done


class ActsMixin:
    """Adds the acts' buttons and pages, and the checklist, to an admin of whatever has an item."""

    def get_urls(self):
        wrap, name = self.admin_site.admin_view, self.opts.model_name
        return [
            path(
                "<path:object_id>/acts/<slug:act_name>/",
                wrap(self.act_view),
                name=f"disclosure_{name}_act",
            ),
            path(
                "<path:object_id>/checks/", wrap(self.checks_view), name=f"disclosure_{name}_checks"
            ),
            *super().get_urls(),
        ]

    def buttons(self, request, obj):
        """(act, address) of what this person may do now."""
        item = self.item_of(obj)
        name = f"admin:disclosure_{self.opts.model_name}_act"
        offered = [
            act
            for act in ACTS
            if act.is_offered(request.user, item) and in_scope(request.user, item)
        ]
        return [(act, reverse(name, args=[quote(obj.pk), act.name])) for act in offered]

    def _of_the_desk(self, request, object_id):
        """The record in this person's scope; 403 for those who may not even look."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return found_or_404(self, request, object_id)

    def act_view(self, request, object_id, act_name):
        """Say what the act does, ask what it needs, do it."""
        obj = self._of_the_desk(request, object_id)
        item, act = self.item_of(obj), BY_NAME.get(act_name)
        if act is None:
            raise Http404
        if not act.transition.is_allowed_to(request.user):
            raise PermissionDenied
        if not act.is_offered(request.user, item):
            messages.error(
                request,
                f"现在的状态是“{item.get_status_display()}”，不能办理“{act.transition.title}”。",
            )
            return HttpResponseRedirect(change_url(item))
        form = act.form(request.POST or None, item=item, user=request.user)
        if request.method == "POST":
            form = act.form(request.POST, item=item, user=request.user)
            if form.is_valid() and (result := self._do(request, act, item, form)):
                return result
        return render(
            request, "admin/disclosure/act.html", self._act_context(request, obj, act, form)
        )

    def _do(self, request, act, item, form):
        """The redirect after the act, or None where it was refused: the form then says why."""
        try:
            outcome = act.action(item=item, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return None
        except PermissionDenied as error:
            form.add_error(None, str(error) or "您没有办理这一事项的权限。")
            return None
        item = getattr(outcome, "item", outcome)
        item.refresh_from_db()
        self.log_change(request, self._logged(item), act.transition.title)
        messages.success(request, message_after(act, item))
        return HttpResponseRedirect(change_url(item))

    def _logged(self, item):
        """The record the admin's log speaks of."""
        return (
            getattr(item, "annual_report", item) if self.opts.model_name == "annualreport" else item
        )

    def _act_context(self, request, obj, act, form):
        item = self.item_of(obj)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "item": item,
        }
        shows_checks = act.name in ("submit", "review", "force")
        return context | {
            "act": act,
            "form": form,
            "title": act.transition.title,
            "checklist": Checklist.of(item) if shows_checks else None,
            "review": item.reviews.select_related("submitted_by").first(),
            "checks_url": reverse(
                f"admin:disclosure_{self.opts.model_name}_checks", args=[quote(obj.pk)]
            ),
            "changes": _changes(item) if shows_checks and item.corrects_id else None,
        }

    def checks_view(self, request, object_id):
        """The checklist, each finding in place; blocking ones may be set aside here, with a reason."""
        obj = self._of_the_desk(request, object_id)
        item = self.item_of(obj)
        if request.method == "POST":
            return self._override(request, item)
        may_override = item.is_editable and request.user.has_perm("disclosure.submit_item")
        may_settle = item.status in BEFORE_APPROVAL and request.user.has_perm(
            "disclosure.review_item"
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "item": item,
        }
        context |= {
            "title": "检查",
            "checklist": Checklist.of(item),
            "may_override": may_override,
            "may_settle": may_settle,
            "today": timezone.localdate(),
            "buttons": self.buttons(request, obj),
        }
        return render(request, "admin/disclosure/checks.html", context)

    def _override(self, request, item):
        """One point set aside: with a reason, or by the decision of 解密."""
        form = DeclassificationForm(request.POST) if "decided_on" in request.POST else None
        words = {"item": item, "by": request.user}
        words["fingerprint"] = request.POST.get("fingerprint", "")
        try:
            if form is None:
                acts.override_finding(**words, reason=request.POST.get("reason", "")[:500])
            elif form.is_valid():
                acts.declassify_finding(**words, **form.cleaned_data)
            else:
                raise ValidationError(
                    [error for errors in form.errors.values() for error in errors]
                )
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
        except PermissionDenied as error:
            if not request.user.has_perm("disclosure.submit_item"):
                raise
            messages.error(request, str(error))
        else:
            said = (
                "已登记解密决定，公开时写入登记簿。"
                if form
                else "已记下保留的理由，审计员可以看到。"
            )
            messages.success(request, said)
        return HttpResponseRedirect(request.path)
