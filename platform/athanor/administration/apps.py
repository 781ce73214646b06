from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "athanor.administration"
    label = "administration"
