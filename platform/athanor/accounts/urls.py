"""Addresses of this area beside those of django-allauth."""

from django.urls import URLPattern, URLResolver, path

from athanor.accounts import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("demo/login/<str:token>/", views.demo_login, name="demo_login"),
]
