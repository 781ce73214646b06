"""``Small_LLM_Model``: the four calls of the course on function calling, on top of a running llama.cpp server."""

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import numpy as np
import numpy.typing as npt

from workers.engines.llama_cpp.bpe import byte_alphabet
from workers.engines.llama_cpp.gguf_file import read_header

Scores = npt.NDArray[np.float32]


class ModelServerError(Exception):
    """The server did not answer, or refused the request; the text says which and why."""


class Small_LLM_Model:  # noqa: N801 (the name that the course's exercises import)
    """A small language model behind a llama.cpp server.

    ``base_url`` is the server's address without a path. ``model_file`` is the GGUF file it serves; without it the
    server is asked, which works when it runs on this machine.
    """

    def __init__(self, base_url: str, *, model_file: Path | None = None, timeout: float = 60.0) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=timeout)
        self._model_file = model_file
        self._tokens: list[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def encode(self, text: str) -> list[int]:
        """The token ids of a text, without any token added before or after it."""
        body = {"content": text, "add_special": False, "parse_special": True}
        return [int(each) for each in self._post("/tokenize", body)["tokens"]]

    def decode(self, ids: Sequence[int] | npt.NDArray[np.int_]) -> str:
        """The text of some token ids."""
        return str(self._post("/detokenize", {"tokens": [int(each) for each in ids]})["content"])

    def get_logits_from_input_ids(
        self, input_ids: Sequence[int] | npt.NDArray[np.int_], *, all_positions: bool = False
    ) -> Scores:
        """Scores of every token of the vocabulary to come next: shape (1, vocab_size), float32.

        The one row belongs to the last position, so ``logits[-1]`` is what a decoding loop needs. With
        ``all_positions`` the shape is (sequence_length, vocab_size) and row ``i`` scores the token after
        ``input_ids[: i + 1]``; that asks the server once for each position.

        The server gives log-probabilities, not raw logits: each row is the logits minus one number (the logarithm of
        the sum of their exponentials). Ranking, ``argmax``, masking, temperature and softmax come out the same; only
        the absolute values differ. Raises ValueError for an empty sequence, ModelServerError when the server refuses.
        """
        ids = [int(each) for each in input_ids]
        if not ids:
            raise ValueError("a model needs at least one token to say what comes next")
        starts = range(1, len(ids) + 1) if all_positions else (len(ids),)
        return np.stack([self._last_row(ids[:end]) for end in starts])

    def get_path_to_vocabulary_json(self) -> str:
        """The path of a JSON file that maps each token, in the printable byte alphabet of GPT-2, to its id."""
        vocabulary = {token: index for index, token in enumerate(self._vocabulary())}
        body = json.dumps(vocabulary, ensure_ascii=False)
        digest = hashlib.sha256(body.encode()).hexdigest()[:16]
        path = Path(tempfile.gettempdir()) / f"athanor-vocabulary-{os.getuid()}-{digest}.json"
        if not path.exists():
            partial = path.with_suffix(f".{os.getpid()}")
            partial.write_text(body, encoding="utf-8")
            partial.replace(path)
        return str(path)

    @property
    def vocab_size(self) -> int:
        return len(self._vocabulary())

    def _vocabulary(self) -> list[str]:
        if self._tokens is None:
            path = self._model_file or Path(self._get("/props")["model_path"])
            self._tokens = read_header(path).tokens
        return self._tokens

    def _last_row(self, ids: list[int]) -> Scores:
        size = self.vocab_size
        body = {
            "prompt": ids,
            "n_predict": 1,
            "n_probs": size,
            "temperature": 0,
            "cache_prompt": True,
            "ignore_eos": False,
        }
        (step,) = self._post("/completion", body)["completion_probabilities"]
        row = np.full(size, -np.inf, dtype=np.float32)
        for each in step["top_logprobs"]:
            row[each["id"]] = each["logprob"]
        return row

    def _get(self, path: str) -> dict[str, Any]:
        return self._answer(self._client.build_request("GET", path))

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._answer(self._client.build_request("POST", path, json=body))

    def _answer(self, request: httpx.Request) -> dict[str, Any]:
        try:
            response = self._client.send(request)
        except httpx.HTTPError as error:
            raise ModelServerError(f"The model server at {self._client.base_url} does not answer: {error}.") from error
        if response.is_error:
            raise ModelServerError(
                f"The model server refused the request ({response.status_code}): {response.text[:500]}"
            )
        found: dict[str, Any] = response.json()
        return found


def token_text(token: str) -> str:
    """What a token of the vocabulary file stands for as text; a part of a character shows as a replacement mark."""
    bytes_of = {character: byte for byte, character in enumerate(byte_alphabet())}
    if any(character not in bytes_of for character in token):
        return token
    return bytes(bytes_of[character] for character in token).decode("utf-8", errors="replace")
