"""What is asked for where a mark of 密级 is set aside."""

from django import forms


class DeclassificationForm(forms.Form):
    """The decision of 解密 (保守国家秘密法 Art. 24)."""

    organ = forms.CharField(
        max_length=100, error_messages={"required": "请填写作出解密决定的机关。"}
    )
    number = forms.CharField(max_length=100, error_messages={"required": "请填写解密决定的文号。"})
    decided_on = forms.DateField(
        error_messages={
            "required": "请填写解密日期。",
            "invalid": "请按 2026-03-02 的样子填写解密日期。",
        }
    )
