"""The sentence that says why a run was given to its server."""

from typing import Any

import pytest

from workers.scheduling.explanation import in_words


def words(route: str, *passed: dict[str, Any], loaded: bool = False) -> dict[str, str]:
    return in_words({"server": "lab-2", "route": route, "routing": {"loaded": loaded, "passed": list(passed)}})


def test_first_of_the_route() -> None:
    assert words("first", loaded=True) == {
        "en": "Answered by lab-2: the first server of the route, model already loaded.",
        "fr": "Réponse de lab-2 : le premier serveur de la route, modèle déjà chargé.",
    }


def test_servers_that_were_passed_over_are_named_by_reason() -> None:
    said = words(
        "first",
        {"server": "lab-1", "why": "down"},
        {"server": "lab-3", "why": "down"},
        {"server": "x", "why": "down"},
        {"server": "small", "why": "too_long", "limit": 4000},
    )
    assert said == {
        "en": "Answered by lab-2: lab-1, lab-3 and x were not answering; the prompt is longer than the 4,000 tokens "
              "that small takes.",
        "fr": "Réponse de lab-2 : lab-1, lab-3 et x ne répondaient pas ; le prompt dépasse les 4\u202f000 jetons que "
              "small accepte.",
    }  # fmt: skip


def test_a_model_in_memory_is_said_once() -> None:
    said = words("loaded", {"server": "lab-1", "why": "full"}, loaded=True)
    assert said["en"] == "Answered by lab-2: lab-1 was full; it had the model in memory."


@pytest.mark.parametrize("manifest", [{}, {"server": "x"}, {"server": "x", "route": "?"}, {"route": "only"}])
def test_nothing_is_said_of_what_is_not_known(manifest: dict[str, Any]) -> None:
    assert in_words(manifest) == {}


def test_older_runs_have_the_code_alone() -> None:
    assert in_words({"server": "x", "route": "only"})["en"] == "Answered by x: the only server of the route."
