from django.apps import AppConfig

from courses.attempts import lanes


class ClassroomConfig(AppConfig):
    name = "courses.classroom"
    label = "classroom"

    def ready(self) -> None:
        from courses.classroom.selectors import is_live  # noqa: PLC0415  # models are not loaded before

        lanes.ask_before_runs(is_live)
