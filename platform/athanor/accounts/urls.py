"""Addresses of this area beside those of django-allauth."""

from django.urls import URLPattern, URLResolver, path

from athanor.accounts import data_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/data/", data_views.personal_data, name="personal_data"),
    path("account/data/download/", data_views.download_data, name="download_data"),
    path("demo/login/<str:token>/", views.demo_login, name="demo_login"),
]
