"""A server that is none: for tests, and for trying the platform without any model."""

from workers.backends.adapters.fake.adapter import Fake

ADAPTER = Fake

__all__ = ["ADAPTER", "Fake"]
