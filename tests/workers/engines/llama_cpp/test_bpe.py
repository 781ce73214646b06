from pathlib import Path

import pytest

from workers.engines.llama_cpp.bpe import END, SPECIALS, USER, Tokenizer, split_pieces, train_tokenizer

TEXTS = ["the cat sat on the mat. the cat ate.", "le chat mange, le chat dort.", '{"name":"Paris","n":12}'] * 5


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(TEXTS, 290)


def test_tokenizer_has_the_wanted_size_and_every_byte(tokenizer: Tokenizer) -> None:
    assert tokenizer.size == 290
    assert tokenizer.tokens[: len(SPECIALS)] == SPECIALS


@pytest.mark.parametrize("text", ["the cat", "élan 42", "日本 🎉", "l'été, d'accord !", ' "quoted" ', "a\n\tb  c", ""])
def test_decoding_gives_the_text_back(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_a_word_has_the_same_tokens_with_and_without_a_space_before_it(tokenizer: Tokenizer) -> None:
    space = tokenizer.encode(" ")
    assert tokenizer.encode(" cat") == space + tokenizer.encode("cat")


def test_digits_stay_single(tokenizer: Tokenizer) -> None:
    assert len(tokenizer.encode("2026")) == 4


def test_special_tokens_become_one_id(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode(f"{USER}the{END}")[0] == tokenizer.ids[USER]
    assert tokenizer.encode(END) == [tokenizer.end_id]


def test_special_tokens_are_left_out_of_decoded_text(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode(f"{USER}the cat{END}")) == "the cat"


def test_frequent_words_need_fewer_tokens_than_letters(tokenizer: Tokenizer) -> None:
    assert len(tokenizer.encode("the chat")) == 3


def test_pieces_join_to_the_text() -> None:
    text = "it's 'so' d'accord_2 — 10 %\n"
    assert "".join(split_pieces(text)) == text


def test_a_quote_after_a_space_is_no_contraction() -> None:
    assert split_pieces("it's 'so") == ["it", "'s", " ", "'", "so"]


def test_saved_tokenizer_is_the_same(tokenizer: Tokenizer, tmp_path: Path) -> None:
    tokenizer.save(tmp_path / "tokenizer.json")
    assert Tokenizer.load(tmp_path / "tokenizer.json") == tokenizer


def test_training_stops_when_nothing_repeats() -> None:
    assert train_tokenizer(["ab cd"], 5000).merges == ()
