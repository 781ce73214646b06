"""The chaos suite is run by hand (`make chaos`): here it is kept from rotting."""

from importlib import import_module

from athanor.config.celery_app import app
from tests.chaos import holds, test_deliveries, test_kills
from tests.chaos import settings as chaos_settings

MODULES = ("test_deliveries", "test_kills", "test_leases")


def test_every_module_can_be_collected() -> None:
    for name in MODULES:
        module = import_module(f"tests.chaos.{name}")
        assert [member for member in vars(module) if member.startswith("test_")]


def test_every_hold_point_is_a_function_that_its_module_calls_by_name() -> None:
    for module, name in holds.POINTS.values():
        function = getattr(import_module(module), name)
        assert function.__module__ == module, f"{module}.{name} is only imported there"


def test_every_task_is_delivered_twice() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith("celery.")}
    assert set(test_deliveries.messages([])) == ours, "say in messages() how the new task is called"


def test_every_process_is_killed() -> None:
    assert {fault.__name__ for fault in test_kills.FAULTS} == {
        "kill_web", "kill_worker", "kill_beat", "kill_redis", "kill_model_server", "empty_redis",
    }  # fmt: skip


def test_site_under_chaos_is_the_product() -> None:
    assert [one for one in chaos_settings.INSTALLED_APPS if one not in chaos_settings.PRODUCT] == [
        "tests.chaos.apps.Chaos"
    ]
