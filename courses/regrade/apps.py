from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegradeConfig(AppConfig):
    name = "courses.regrade"
    label = "regrade"
    verbose_name = _("Regrades")
