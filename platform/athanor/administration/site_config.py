"""Apart from `apps.py`, where Django would find two configurations and ask which is meant."""

from django.contrib.admin.apps import AdminConfig


class SiteConfig(AdminConfig):
    """Django's admin, with our own site in the place of the default one."""

    default_site = "athanor.administration.site.AthanorAdminSite"
