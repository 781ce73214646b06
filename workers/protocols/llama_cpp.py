"""What llama.cpp's server has beside the OpenAI API: tokens, and scores of all of them. Pure.

Source: llama.cpp `tools/server/README.md`; checked against the server that the `xllamacpp` wheel carries.
"""

from typing import Any

from workers.protocols.lenient import Wire


class Props(Wire):
    """`/props`; the fields that only this server has are required."""

    total_slots: int
    model_path: str = ""
    bos_token: str = ""
    eos_token: str = ""


class Tokenized(Wire):
    """`/tokenize`."""

    tokens: list[int]


class Detokenized(Wire):
    """`/detokenize`."""

    content: str


class Templated(Wire):
    """`/apply-template`."""

    prompt: str


class Score(Wire):
    id: int
    bytes: list[int]
    logprob: float | None  # null for a token that is impossible


class Prediction(Wire):
    top_logprobs: list[Score]


class Completion(Wire):
    """`/completion` with `n_probs`: one prediction for each token that was generated."""

    completion_probabilities: list[Prediction] = []


def tokenize(text: str, *, special: bool, begin: bool = False) -> dict[str, Any]:
    """`special`: marks become their token; `begin`: with the token that the model begins with, if it has one."""
    return {"content": text, "parse_special": special, "add_special": begin}


def predict(ids: list[int], vocabulary: int) -> dict[str, Any]:
    """Ask for the log-probability of every token; llama.cpp must generate one to tell them."""
    return {"prompt": ids, "n_predict": 1, "n_probs": vocabulary, "temperature": 0, "cache_prompt": True}
