from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from courses.grading.calls.comparators import AnyComparator, compare

COMPARATOR: TypeAdapter[Any] = TypeAdapter(AnyComparator)


@pytest.mark.parametrize(
    ("comparator", "expected", "got", "score"),
    [
        ({"by": "exact"}, 5, 5.0, 1),
        ({"by": "exact"}, 1, True, 0),
        ({"by": "exact"}, "é", "e\u0301", 1),
        ({"by": "exact"}, 0.3, 0.1 + 0.2, 1),
        ({"by": "exact"}, 10**299, 1e299, 1),
        ({"by": "exact"}, {"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, 1),
        ({"by": "exact"}, {"a": 1}, {"a": 1, "b": 2}, 0),
        ({"by": "one_of", "values": ["NYC"]}, "New York", "NYC", 1),
        ({"by": "one_of", "values": ["NYC"]}, "New York", "Paris", 0),
        ({"by": "tolerance", "absolute": 0.5}, 10, 10.5, 1),
        ({"by": "tolerance", "absolute": 0.5}, 10, 10.6, 0),
        ({"by": "tolerance", "relative": 0.1}, -10, -11, 1),
        ({"by": "tolerance", "relative": 0.1}, 10, "10", 0),
        ({"by": "tolerance", "relative": 0.1}, 1.0, 10**299, 0),
        ({"by": "range", "least": 1, "most": 3}, None, 2, 1),
        ({"by": "range", "least": 1, "most": 3}, None, True, 0),
        ({"by": "string"}, "New York", "  new   YORK ", 1),
        ({"by": "string"}, "New York", "New-York", 0),
        ({"by": "string", "profile": "loose"}, "Évry-sur-Seine", "evry sur seine", 1),
        ({"by": "string", "profile": "exact"}, "a", "A", 0),
        ({"by": "string"}, "5", 5, 0),
        ({"by": "ordered"}, [1, 2, 3, 4], [1, 2, 4, 3], 0.5),
        ({"by": "ordered"}, [], [], 1),
        ({"by": "bag"}, [1, 1, 2], [2, 1.0, 1], 1),
        ({"by": "bag"}, [1, 1, 2, 3], [1, 2], 0.5),
        ({"by": "bag"}, [1], [True], 0),
        ({"by": "set"}, [1, 1, 2], [2, 1], 1),
        ({"by": "set"}, ["a"], "a", 0),
        ({"by": "date"}, "2025-03-01", "2025-03-01", 1),
        ({"by": "date", "formats": ["%d/%m/%Y"]}, "2025-03-01", "01/03/2025", 1),
        ({"by": "date"}, "2025-03-01T12:00:00Z", "2025-03-01T13:00:00+01:00", 1),
        ({"by": "date"}, "2025-03-01", "2025-02-30", 0),
        ({"by": "path"}, "/data/a.txt", "/data/./b/../a.txt", 1),
        ({"by": "path"}, "/data/a.txt", "tmp/a.txt", 0),
        ({"by": "path", "style": "windows"}, r"C:\Data\john\config.ini", "c:/data/john/config.ini", 1),
        ({"by": "regex", "witnesses": ["a12b3", "none"]}, r"\d+", "[0-9]+", 1),
        ({"by": "regex", "witnesses": ["a12b3"]}, r"\d+", r"\d", 0),
        ({"by": "regex", "witnesses": ["a" * 2000]}, "a+", "(a+)+$", 1),
        ({"by": "regex", "witnesses": ["a"]}, "a", "(", 0),
        ({"by": "regex", "witnesses": ["a"]}, "a", "(?=a)", 0),
        ({"by": "subset"}, {"a": 1, "b": [2]}, {"a": 1, "b": [3, 2], "c": 4}, 1),
        ({"by": "subset"}, {"a": 1, "b": 2}, {"a": 1}, 0.5),
        ({"by": "ignore"}, None, {"anything": True}, 1),
    ],
)
def test_score(comparator: dict[str, Any], expected: Any, got: Any, score: float) -> None:
    made = compare(COMPARATOR.validate_python(comparator), expected)

    assert made.score(got) == score


@pytest.mark.parametrize("bad", [{"by": "tolerance", "absolute": -1}, {"by": "range", "least": float("nan"), "most": 1},
                                 {"by": "nothing"}, {"by": "exact", "more": 1}])  # fmt: skip
def test_an_author_s_mistake_is_named(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        COMPARATOR.validate_python(bad)
