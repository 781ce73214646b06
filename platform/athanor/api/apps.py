from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "athanor.api"
    label = "api"
