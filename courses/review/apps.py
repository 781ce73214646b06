from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "courses.review"
    label = "review"
