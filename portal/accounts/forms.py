"""The forms of signing in: name and password, and the code after them."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm

from portal.accounts.second_factor import plain


class CodeForm(forms.Form):
    """Six figures of an authenticator, or a backup code with or without its hyphen."""

    code = forms.CharField(
        label="动态口令",
        max_length=40,
        error_messages={"required": "请输入动态口令。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}
        ),
    )

    def clean_code(self):
        """Without blanks and hyphens."""
        return plain(self.cleaned_data["code"])


class SignInForm(AdminAuthenticationForm):
    """Django's own, which only tells the browser how long a name may be: a longer one is nobody's,
    and is asked of nobody.
    """

    def clean_username(self):
        """The name, where anybody could have it."""
        username = self.cleaned_data["username"]
        if len(username) > self.fields["username"].max_length:
            raise self.get_invalid_login_error()
        return username
