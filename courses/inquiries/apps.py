from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    name = "courses.inquiries"
    label = "inquiries"
