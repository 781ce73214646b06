"""Django looks here. One module per area registers its models."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from athanor.administration import attempts, enrolments, exercises, machines, people, teaching

__all__ = ["attempts", "enrolments", "exercises", "machines", "people", "teaching"]

# Shown inside the person, or not needed: our rules know roles, not groups.
for _model in (EmailAddress, EmailConfirmation, Authenticator, UserSession, Group):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
