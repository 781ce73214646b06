from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "workers.events"
    label = "events"
