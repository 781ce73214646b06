from django.apps import AppConfig


class KindsConfig(AppConfig):
    name = "courses.kinds"
    label = "kinds"
