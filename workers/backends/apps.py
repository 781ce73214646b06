from django.apps import AppConfig


class BackendsConfig(AppConfig):
    name = "workers.backends"
    label = "backends"
