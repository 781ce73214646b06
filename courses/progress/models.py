"""Certificates: who completed which course, and when."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.catalog.models import JOIN_ALPHABET, Course

CODE_LENGTH = 16  # of 31 signs: 79 bits, nothing to guess


def new_code() -> str:
    return "".join(secrets.choice(JOIN_ALPHABET) for _index in range(CODE_LENGTH))


class Certificate(models.Model):
    """Issued once and kept as it was: a name or a title that changes later does not change it."""

    code = models.CharField(_("code"), max_length=32, unique=True, default=new_code)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="certificates", verbose_name=_("course"))
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="certificates", verbose_name=_("student")
    )
    name = models.CharField(_("name"), max_length=300)  # as it stands on the certificate
    title = models.JSONField(_("course"))  # of the course, per language
    issuer = models.CharField(_("issuer"), max_length=120, blank=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]
        constraints = [models.UniqueConstraint(fields=["course", "student"], name="one_certificate_each")]

    def __str__(self) -> str:
        return f"{self.name} · {self.shown_code}"

    @property
    def shown_code(self) -> str:
        """In groups of four, as people copy it."""
        return "-".join(self.code[start : start + 4] for start in range(0, len(self.code), 4))
