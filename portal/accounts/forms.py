"""One field: a code."""

from django import forms

from portal.accounts.second_factor import plain


class CodeForm(forms.Form):
    """Six figures of an authenticator, or a backup code with or without its hyphen."""

    code = forms.CharField(
        label="动态口令",
        max_length=40,
        error_messages={"required": "请输入动态口令。"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}),
    )

    def clean_code(self):
        """Without blanks and hyphens."""
        return plain(self.cleaned_data["code"])
