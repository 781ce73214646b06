from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "workers.scheduling"
    label = "scheduling"
