"""What an act on an item asks for. The help texts are the manual at the place where it is needed."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosure.choices import IN_AN_EMERGENCY, DisclosureMode, Status
from disclosure.erasing.clearing import backups_hold_until
from disclosure.models.rules import bases
from disclosure.models.rules.day_bounds import validate_planned, validate_reviewed_next
from disclosure.models.written import packages_holding

TEXT = forms.Textarea(attrs={"rows": 4, "cols": 70})
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class ActForm(forms.Form):
    """The form of an act; `item` is what it is about. What it gathers is handed to the act as
    keywords.
    """

    def __init__(self, *args, item, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.item, self.user = item, user


class SubmitForm(ActForm):
    """A word to the reviewer."""

    note = forms.CharField(
        label="给审核员的话",
        max_length=500,
        required=False,
        widget=TEXT,
        help_text="可以不填。公众看不到。",
    )


class ReturnForm(ActForm):
    """What is to be mended."""

    note = forms.CharField(
        label="退回意见",
        max_length=1000,
        widget=TEXT,
        help_text="写明哪里要改、怎样改；编写人会看到，公众看不到。",
        error_messages={"required": "请写明退回的原因和需要修改的地方。"},
    )


class ReviewForm(ActForm):
    """保密审查 (条例 Arts. 14–18). Nothing is chosen in advance: a decision is somebody's own."""

    NOW, LATER = "now", "later"

    mode = forms.ChoiceField(
        label="审查结论",
        choices=DisclosureMode,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择审查结论。"},
        help_text="依申请公开、不予公开的信息留存在系统里，公众看不到。",
    )
    basis = forms.ChoiceField(
        label="法律依据",
        choices=[("", "请选择《条例》条款"), *bases.CHOICES],
        help_text="主动公开选第十九至二十一条等；不予公开选第十四至十六条；依申请公开选第二十七条。",
        error_messages={"required": "请选择法律依据。"},
    )
    note = forms.CharField(
        label="审查意见",
        max_length=1000,
        required=False,
        widget=TEXT,
        help_text="不能确定能否公开的，先报主管部门或者保密行政管理部门确定（《条例》第十七条），并在这里写明。",
    )
    next_review_on = forms.DateField(
        label="下次评估日期",
        required=False,
        widget=DAY,
        validators=[validate_reviewed_next],
        help_text="结论不是主动公开时必填：到期重新评估，情况变化可以公开的及时公开（《条例》第十八条）。",
    )
    when = forms.ChoiceField(
        label="公开时间",
        choices=[(NOW, "审核通过后立即公开"), (LATER, "留待以后公开")],
        required=False,
        widget=forms.RadioSelect,
        help_text="结论是主动公开的必选。这条信息填了将来的公开时间的，到时自动公开。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        category_tags = [
            tag for tag in self.item.category.regulation_items or () if tag in bases.LABELS
        ]
        if category_tags:
            usual = "；".join(bases.LABELS[tag] for tag in category_tags)
            self.fields["basis"].help_text += f"本栏目一般依据：{usual}。"
        if not self.user.has_perm("disclosure.publish_item"):
            del self.fields["when"]

    def clean(self):
        """The article must carry the decision; what is kept has a day on which it is looked at
        again.
        """
        data = super().clean()
        mode, basis, day = data.get("mode"), data.get("basis"), data.get("next_review_on")
        if mode and basis and not bases.carries(mode, basis):
            self.add_error("basis", "这一条款不是所选结论的依据，请重新选择。")
        if (
            mode
            and mode != DisclosureMode.PROACTIVE
            and "next_review_on" not in self.errors
            and day is None
        ):
            self.add_error("next_review_on", "不主动公开的信息要定期评估，请填写下次评估的日期。")
        when = data.pop("when", self.LATER)
        if mode == DisclosureMode.PROACTIVE and "when" in self.fields and not when:
            self.add_error("when", "请选择立即公开还是留待以后公开。")
        data["publish"] = when == self.NOW
        return data


class PublishForm(ActForm):
    """Now, or at a moment to come."""

    at = forms.SplitDateTimeField(
        label="公开时间",
        required=False,
        validators=[validate_planned],
        widget=forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "aria-label": "公开日期"},
            time_attrs={"type": "time", "aria-label": "公开时刻"},
        ),
        help_text="留空则立即公开；填将来的时间，到时自动公开。",
    )

    def clean_at(self):
        """A moment that is past cannot be planned."""
        at = self.cleaned_data["at"]
        if at and at <= timezone.now():
            raise ValidationError("这个时间已经过去。要立即公开，请留空。")
        return at


class ForceForm(ActForm):
    """Why nobody could look at it first."""

    reason = forms.CharField(
        label="不经审核直接公开的理由",
        max_length=500,
        widget=TEXT,
        help_text="例如突发事件须立即公布。理由写入公开登记簿，并列入“待补审”清单，直到另一位审核员补审。",
    )


class ReasonForm(ActForm):
    """Why an item leaves public view."""

    reason = forms.CharField(
        label="撤回原因",
        max_length=300,
        widget=TEXT,
        help_text="公众会在原地址看到撤回时间和这段话，并写入公开登记簿。",
        error_messages={"required": "请填写撤回原因，它会显示在公众看到的页面上。"},
    )


class PullForm(ActForm):
    """One press: the reason is there already, and names nobody."""

    reason = forms.CharField(
        label="撤回原因",
        max_length=300,
        widget=TEXT,
        initial=IN_AN_EMERGENCY,
        help_text="公众会在原地址看到这段话，可以不改。不要写出姓名、号码等需要撤下的内容。",
        error_messages={"required": "请填写撤回原因，它会显示在公众看到的页面上。"},
    )


class HideForm(ActForm):
    """Why earlier states are read no more; whether they are kept at the desk."""

    reason = forms.CharField(
        label="隐去的理由和依据",
        max_length=300,
        widget=TEXT,
        help_text="只供内部查阅，不对外显示。",
    )
    erase = forms.BooleanField(
        label="彻底删除旧版的内容和附件",
        required=False,
        help_text="不勾选时，旧版仍留在工作台，有权限的人员可以看到。勾选后无法找回，只保留校验码。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.item.status != Status.PUBLISHED or not self.user.has_perm("disclosure.remove_item"):
            del self.fields["erase"]


class RestoreForm(ActForm):
    """Why it comes back."""

    note = forms.CharField(
        label="恢复原因", max_length=300, widget=TEXT, help_text="写入公开登记簿，公众可以看到。"
    )


class RemoveForm(ActForm):
    """Why the law wants it gone, and a second look at what is about to be erased."""

    reason = forms.CharField(
        label="依法删除的理由和依据",
        max_length=300,
        widget=TEXT,
        help_text="公众会在原地址看到这段话：不要在这里重复需要删除的内容（例如个人姓名）。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        until = backups_hold_until()
        said = f"备份里的内容最迟在 {until:%Y年%-m月%-d日} 随旧备份到期清除。"
        if packages := packages_holding(self.item):
            said += f"有 {len(packages)} 个写出的资料包写有这条信息，文件会删除；已交给别人的，办理后请通知对方。"
        self.fields["confirmation"].help_text += said

    confirmation = forms.CharField(
        label="再输入一遍索引号", max_length=64, help_text="内容删除后无法找回，请核对。"
    )

    def clean_confirmation(self):
        """Exactly the number of the item."""
        if self.cleaned_data["confirmation"].strip() != self.item.index_number:
            raise ValidationError(f"索引号不符。要删除的信息是 {self.item.index_number}。")
        return ""


class ReassessForm(ActForm):
    """定期评估 (条例 Art. 18)."""

    note = forms.CharField(label="评估意见", max_length=1000, widget=TEXT)
    next_review_on = forms.DateField(
        label="下次评估日期", widget=DAY, validators=[validate_reviewed_next]
    )


class ForcedReviewForm(ActForm):
    """补审."""

    note = forms.CharField(
        label="补审意见",
        max_length=1000,
        widget=TEXT,
        help_text="认为不应公开的，写明意见后请公开办撤回；认为有误的，发起更正。",
    )


class CountForm(ActForm):
    """A day, and what was truly counted on it."""

    day = forms.DateField(label="日期", widget=DAY)
    views = forms.IntegerField(label="更正为（次）", min_value=0, max_value=100_000_000)
    reason = forms.CharField(
        label="更正原因",
        max_length=300,
        widget=TEXT,
        help_text="写入公开登记簿，公众可以看到更正前后的次数和原因。",
    )
