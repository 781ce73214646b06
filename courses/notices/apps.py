from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "courses.notices"
    label = "notices"
