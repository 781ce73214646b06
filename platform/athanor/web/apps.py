from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "athanor.web"
    label = "web"
