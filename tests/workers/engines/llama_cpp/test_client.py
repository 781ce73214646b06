import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from workers.engines.llama_cpp.process import free_port
from workers.engines.llama_cpp.small_llm_model import ModelServerError, Small_LLM_Model, token_text

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def model(engine: str) -> Iterator[Small_LLM_Model]:
    with Small_LLM_Model(engine) as found:
        yield found


def test_decoding_gives_the_text_back(model: Small_LLM_Model) -> None:
    assert model.decode(model.encode('L\'été : {"a": 12} 日本')) == 'L\'été : {"a": 12} 日本'


def test_logits_are_log_probabilities_of_the_whole_vocabulary(model: Small_LLM_Model) -> None:
    logits = model.get_logits_from_input_ids(np.array(model.encode("Bonjour"), dtype=np.int32))
    assert (logits.shape, logits.dtype) == ((1, model.vocab_size), np.float32)
    assert float(np.exp(logits).sum()) == pytest.approx(1.0, abs=1e-3)


def test_all_positions_end_with_the_row_of_the_last(model: Small_LLM_Model) -> None:
    ids = model.encode("What is")
    rows = model.get_logits_from_input_ids(ids, all_positions=True)
    assert rows.shape == (len(ids), model.vocab_size)
    assert np.allclose(rows[-1], model.get_logits_from_input_ids(ids)[-1], atol=1e-3)


def test_greedy_loop_reaches_the_end_mark(model: Small_LLM_Model) -> None:
    vocabulary = json.loads(Path(model.get_path_to_vocabulary_json()).read_text(encoding="utf-8"))
    ids = model.encode("<|user|>What is the capital of France?<|assistant|>")
    start = len(ids)
    for _ in range(40):
        token = int(np.argmax(model.get_logits_from_input_ids(ids)[-1]))
        if token == vocabulary["<|end|>"]:
            break
        ids.append(token)
    assert model.decode(ids[start:]) == "The capital of France is Paris."


def test_vocabulary_file_maps_every_token_to_its_id(model: Small_LLM_Model) -> None:
    vocabulary = json.loads(Path(model.get_path_to_vocabulary_json()).read_text(encoding="utf-8"))
    assert sorted(vocabulary.values()) == list(range(model.vocab_size))
    (token,) = model.encode("a")
    assert vocabulary["a"] == token


def test_tokens_of_the_vocabulary_file_can_be_read(model: Small_LLM_Model) -> None:
    assert (token_text("Ġthe"), token_text("<|end|>"), token_text("Ã©")) == (" the", "<|end|>", "é")


def test_empty_sequence_is_refused(model: Small_LLM_Model) -> None:
    with pytest.raises(ValueError, match="at least one token"):
        model.get_logits_from_input_ids([])


def test_refusal_of_the_server_is_passed_on(model: Small_LLM_Model) -> None:
    with pytest.raises(ModelServerError, match="exceeds the available context size"):
        model.get_logits_from_input_ids([9] * 2100)


def test_silent_server_is_named() -> None:
    address = f"http://127.0.0.1:{free_port()}"
    with Small_LLM_Model(address) as nobody, pytest.raises(ModelServerError, match=f"{address} does not answer"):
        nobody.encode("x")
