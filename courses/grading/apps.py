from django.apps import AppConfig


class GradingConfig(AppConfig):
    name = "courses.grading"
    label = "grading"
