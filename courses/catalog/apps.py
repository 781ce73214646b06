from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "courses.catalog"
    label = "catalog"
