"""Our request in the words of the OpenAI API. Pure."""

import json

from workers.backends.attached import Attached
from workers.backends.requests import ChatRequest, Message
from workers.protocols import openai


def chat(model: str, request: ChatRequest, attached: Attached) -> openai.ChatRequest:
    options = request.options
    return openai.ChatRequest(
        model=model,
        messages=_messages(request.messages, attached),
        max_tokens=options.max_tokens,
        seed=options.seed,
        temperature=options.temperature,
        top_p=options.top_p,
        top_k=options.top_k,
        min_p=options.min_p,
        repeat_penalty=options.repeat_penalty,
        repetition_penalty=options.repeat_penalty,
        stop=options.stop or None,
        tools=request.tools or None,
        response_format=_format(request),
    )


def _format(request: ChatRequest) -> openai.ResponseFormat | None:
    if request.json_schema is None:
        return None
    return openai.ResponseFormat(json_schema=openai.JSONSchema(json_schema=request.json_schema))


def _messages(messages: list[Message], attached: Attached) -> list[openai.SentMessage]:
    """The API joins a tool's answer to its call by an id, which we do not keep: ids are counted, answers come in
    the order of the calls, and a name decides where it is given."""
    sent: list[openai.SentMessage] = []
    open_calls: list[tuple[str, str]] = []  # name, id
    count = 0
    for message in messages:
        if message.tool_calls:
            calls = [_call(call["name"], call["arguments"], count + n) for n, call in enumerate(message.tool_calls)]
            count += len(calls)
            open_calls = [(call.function.name, call.id) for call in calls]
            sent.append(openai.SentMessage(role=message.role, content=message.content, tool_calls=calls))
        elif message.role == "tool":
            identity = _answered(open_calls, message.tool_name)
            sent.append(openai.SentMessage(role="tool", content=message.content, tool_call_id=identity))
        else:
            sent.append(openai.SentMessage(role=message.role, content=_content(message, attached)))
    return sent


def _content(message: Message, attached: Attached) -> str | list[openai.TextPart | openai.ImagePart]:
    if not message.pictures:
        return message.content
    addresses = [f"data:image/png;base64,{attached[digest]}" for digest in message.pictures]
    parts = [openai.ImagePart(image_url=openai.ImageAddress(url=address)) for address in addresses]
    return [openai.TextPart(text=message.content), *parts]


def _call(name: str, arguments: object, number: int) -> openai.SentToolCall:
    text = json.dumps(arguments, ensure_ascii=False)
    return openai.SentToolCall(id=f"call_{number}", function=openai.SentFunction(name=name, arguments=text))


def _answered(open_calls: list[tuple[str, str]], name: str) -> str:
    """The id of the call that a tool's answer belongs to; it is open no longer."""
    place = next((n for n, call in enumerate(open_calls) if call[0] == name), 0)
    return open_calls.pop(place)[1] if open_calls else "call_unknown"
