from django.apps import AppConfig


class AttemptsConfig(AppConfig):
    name = "courses.attempts"
    label = "attempts"
