from django.apps import AppConfig


class ReadingsConfig(AppConfig):
    name = "courses.readings"
    label = "readings"
