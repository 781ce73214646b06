from django.apps import AppConfig


class LaunchConfig(AppConfig):
    name = "athanor.launch"
    label = "launch"
