from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackendsConfig(AppConfig):
    name = "workers.backends"
    label = "backends"
    verbose_name = _("Servers")
