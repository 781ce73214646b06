"""Our request in Ollama's words. Pure."""

from workers.backends.attached import Attached
from workers.backends.requests import ChatOptions, ChatRequest, Message
from workers.protocols import ollama


def chat(model: str, request: ChatRequest, attached: Attached) -> ollama.ChatRequest:
    return ollama.ChatRequest(
        model=model,
        messages=[_message(message, attached) for message in request.messages],
        format=request.json_schema,
        tools=request.tools or None,
        options=_options(request.options),
    )


def _message(message: Message, attached: Attached) -> ollama.SentMessage:
    calls = [
        ollama.SentToolCall(function=ollama.SentFunction(name=call["name"], arguments=call["arguments"]))
        for call in message.tool_calls
    ]
    return ollama.SentMessage(
        role=message.role,
        content=message.content,
        images=[attached[digest] for digest in message.pictures] or None,
        tool_calls=calls or None,
        tool_name=message.tool_name or None,
    )


def _options(options: ChatOptions) -> ollama.Options:
    return ollama.Options(
        num_predict=options.max_tokens,
        seed=options.seed,
        temperature=options.temperature,
        top_p=options.top_p,
        top_k=options.top_k,
        min_p=options.min_p,
        repeat_penalty=options.repeat_penalty,
        stop=options.stop or None,
    )
