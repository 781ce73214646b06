"""Personal keys in the `Authorization` header. They are never logged, and need no CSRF token: no browser sends them."""

from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from athanor.accounts import keys
from athanor.accounts.middleware import language_of
from athanor.accounts.models import ApiKey, User

SCHEME = b"bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer ath_…`. Without the header the session is asked next."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != SCHEME:
            return None
        key = keys.authenticate(words[1].decode("latin-1")) if len(words) == 2 else None
        if key is None:
            raise AuthenticationFailed(_("This key is not valid: it was mistyped, revoked, or its owner left."))
        language = language_of(key.user.language)
        if language:
            translation.activate(language)  # of this request; the next one begins with its own
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="athanor"'
