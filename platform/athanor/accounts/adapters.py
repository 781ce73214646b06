"""Where django-allauth asks us: names, where to go after signing in, how second factors are kept."""

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from athanor.accounts.usernames import is_reserved, is_well_formed


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def clean_username(self, username: str, shallow: bool = False) -> str:  # noqa: FBT001, FBT002, RUF100  # allauth's
        if not is_well_formed(username):
            raise ValidationError(
                _("A user name has 3 to 30 letters, digits, dots, hyphens or underscores, and begins with a letter."),
                code="username_shape",
            )
        if is_reserved(username):
            raise ValidationError(_("This name is reserved. Choose another one."), code="username_reserved")
        return str(super().clean_username(username, shallow))

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home. (A `next` address of ours, which allauth checks itself, comes before this.)"""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_email_verification_redirect_url(self, email_address: object) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)


def _fernet_of(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"athanor.second-factor:" + secret.encode()).digest()))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Keeps the secrets of second factors encrypted, so that a stolen copy of the database does not give them away.

    A renewed SECRET_KEY must be accompanied by the old one in SECRET_KEY_FALLBACKS.
    """

    def encrypt(self, text: str) -> str:
        return _fernet_of(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        return MultiFernet([_fernet_of(str(key)) for key in keys]).decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Athanor"
