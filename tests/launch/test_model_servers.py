import pytest

from athanor.launch import model_servers


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("gpu", "http://gpu:11434"),
        ("gpu:8080", "http://gpu:8080"),
        ("0.0.0.0", "http://127.0.0.1:11434"),  # noqa: S104  # what Ollama's own manual writes
        ("0.0.0.0:11434", "http://127.0.0.1:11434"),
        (":11434", "http://127.0.0.1:11434"),
        ("http://gpu:11434/", "http://gpu:11434"),
        ("https://ollama.school.example", "https://ollama.school.example"),
        ("https://school.example/ollama/", "https://school.example/ollama"),
    ],
)
def test_what_people_write_into_ollama_host_becomes_an_address(host: str, address: str) -> None:
    assert model_servers.normalise(host) == address
