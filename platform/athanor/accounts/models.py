"""People who can sign in, and their personal keys."""

import hashlib
import secrets
from typing import ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Theme(models.TextChoices):
    SYSTEM = "system", _("as my device")
    LIGHT = "light", _("light")
    DARK = "dark", _("dark")


class PersonManager(UserManager["User"]):
    """Names and addresses are the same in capitals and small letters."""

    use_in_migrations = False

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username__iexact=username)

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()


class User(AbstractUser):
    """A person. Roles are not here: they belong to an enrolment in a course."""

    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(_("language"), max_length=5, blank=True)  # empty: as the browser says
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("theme"), max_length=8, choices=Theme, default=Theme.SYSTEM)
    toured = models.JSONField(_("tours seen"), default=list, blank=True, editable=False)  # codes of `web.tour`
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)  # a pseudonym remains

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        ordering = ["username"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="one_person_per_name"),
            models.UniqueConstraint(Lower("email"), name="one_person_per_address"),
        ]

    def __str__(self) -> str:
        full_name = self.get_full_name()
        return f"{full_name} ({self.username})" if full_name else self.username

    def display_name(self) -> str:
        return self.get_full_name() or self.username


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> Self:
        return self.filter(revoked_at=None, user__is_active=True)


class ApiKey(models.Model):
    """A personal key for the API. Only its hash is kept: the key itself is shown once.

    A fast hash is enough because the key is 256 random bits, not a password.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=12)  # shown in lists, so that a person recognises the key
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @staticmethod
    def digest_of(key: str) -> str:
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def make(cls, *, user: User, name: str) -> tuple["ApiKey", str]:
        """Create a key; return the row and the key in clear, which nobody can read again."""
        key = f"ath_{secrets.token_urlsafe(32)}"
        return cls.objects.create(user=user, name=name, prefix=key[:8], digest=cls.digest_of(key)), key
