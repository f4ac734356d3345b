"""How an account is found: with its state in the same query."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User


class StaffBackend(ModelBackend):
    """Django's own, which asks for the account at every request of the desk; the state it is judged
    by comes along.
    """

    def get_user(self, user_id):
        user = User.objects.select_related("account_state").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
