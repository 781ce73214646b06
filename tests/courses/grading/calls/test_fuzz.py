from tests.courses.grading.calls.fuzz import fuzz


def test_a_short_run_of_the_fuzzer_finds_nothing() -> None:
    assert fuzz(rounds=300, seed=7) == 300
