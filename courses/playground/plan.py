"""Which request each column sends. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.playground.schema import ChatSettings, Column, ImageSettings, Settings
from workers.backends.requests import ChatOptions, ChatRequest, ImageRequest, Message, Request


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what this column's model answered to it."""

    prompt: str
    answer: str


def request_of(column: Column, settings: Settings, before: Sequence[Turn], text: str) -> Request:
    """For text: the system prompt, the column's own history, the question. For pictures: the prompt alone."""
    if isinstance(settings, ImageSettings):
        return _picture(settings, text)
    return ChatRequest(messages=_messages(settings, before, text), options=_options(column, settings))


def _messages(settings: ChatSettings, before: Sequence[Turn], text: str) -> list[Message]:
    found = [Message(role="system", content=settings.system)] if settings.system.strip() else []
    for turn in before:
        found += [Message(role="user", content=turn.prompt), Message(role="assistant", content=turn.answer)]
    return [*found, Message(role="user", content=text)]


def _options(column: Column, settings: ChatSettings) -> ChatOptions:
    return ChatOptions(temperature=column.temperature, seed=settings.seed, max_tokens=settings.max_tokens)


def _picture(settings: ImageSettings, text: str) -> ImageRequest:
    width, height = map(int, settings.size.split("x"))
    return ImageRequest(
        prompt=text, negative_prompt=settings.negative_prompt, width=width, height=height, steps=settings.steps,
        cfg_scale=settings.cfg_scale, seed=settings.seed,
    )  # fmt: skip
