"""Who may sign in."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from athanor.accounts.models import User

DEMO_DOMAIN = "demo.athanor.invalid"  # can belong to nobody


def is_closed(user: User) -> bool:
    """Demo people have passwords that lie in a file: on a site that is no demo (any more), their doors are shut."""
    return not settings.DEMO and user.email.endswith(f"@{DEMO_DOMAIN}")


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """By name or address and password. Asked again on each request of a session."""

    def user_can_authenticate(self, user: User) -> bool:
        return bool(super().user_can_authenticate(user)) and not is_closed(user)
