"""The ASGI entry point: `uvicorn athanor.config.asgi:application`."""

import os
from importlib import import_module

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "athanor.config.settings")
django.setup(set_prefix=False)

from athanor.config import processes  # noqa: E402
from athanor.config.handler import Handler  # noqa: E402 - its parts want the applications to be known

application = Handler()
import_module(settings.ROOT_URLCONF)  # or the first visitor would wait for it
processes.settle()
