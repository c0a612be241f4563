"""What words mean: analysis, vocabulary, interpretation. Pure rules."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from commerce.catalog.search import analysis, vocabulary
from commerce.catalog.search.filters import RATING_STEP, rating_key
from commerce.catalog.search.interpret import Interpretation, Query, interpret, take_apart
from commerce.catalog.search.vocabulary import Word


@pytest.mark.parametrize("language", sorted(analysis._STEMMERS))
def test_every_language_that_is_named_has_its_stemmer(language: str) -> None:
    assert analysis.stem("abcdefg", language)


def test_one_language_is_imported_and_no_more() -> None:
    code = "import sys; from commerce.catalog.search import analysis; print(analysis.stem('shirts', 'en')); "
    code += "print(*[name for name in sys.modules if name.startswith('snowballstemmer')])"
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {"PYTHONPATH": paths, "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    stem, modules = done.stdout.splitlines()
    assert stem == "shirt"
    assert "english" in modules
    assert "german" not in modules


LETTERS = st.text(alphabet="abcdefghij", min_size=4, max_size=14)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Nescafé", ["nescafe"]),
        ("J'adore", ["jadore"]),
        ("Women\u2019s T-Shirt", ["womens", "t", "shirt"]),
        ("ÆØß STRASSE", ["aeoss", "strasse"]),
        ("ﬁne ½", ["fine", "1", "2"]),
        ("Ελληνικά", ["ελληνικα"]),
        ("<>&;", []),
        ("x" * 99, ["x" * 32]),
    ],
)
def test_words_are_folded(text: str, words: list[str]) -> None:
    assert analysis.words(text) == words


@pytest.mark.parametrize(
    "forms",
    [
        "shirt shirts",
        "knife knives",
        "woman women womens",
        "man men mens",
        "watch watches",
        "glass glasses",
        "box boxes",
    ],
)
def test_forms_of_a_word_share_a_stem(forms: str) -> None:
    assert len({analysis.stem(form, "en") for form in forms.split()}) == 1


def test_an_unknown_language_is_taken_as_it_is() -> None:
    assert analysis.stem("shirts", "xx") == "shirts"
    assert analysis.stem("chaussures", "fr") == analysis.stem("chaussure", "fr")


@given(LETTERS, st.data())
@settings(max_examples=300, deadline=None)
def test_a_word_with_as_many_errors_as_are_forgiven_shares_a_key(word: str, data: st.DataObject) -> None:
    """SymSpell's promise: what is left of both, letters left out, meets."""
    typed = word
    for _ in range(1 if len(word) < 8 else 2):
        at = data.draw(st.integers(0, len(typed) - 1))
        edit = data.draw(st.sampled_from(["leave out", "put in", "replace", "swap"]))
        letter = data.draw(st.sampled_from("abcdefghij"))
        if edit == "leave out":
            typed = typed[:at] + typed[at + 1 :]
        elif edit == "put in":
            typed = typed[:at] + letter + typed[at:]
        elif edit == "replace":
            typed = typed[:at] + letter + typed[at + 1 :]
        else:
            typed = typed[:at] + typed[at : at + 2][::-1] + typed[at + 2 :]
    forgiven = 0 if len(typed) < 4 else 1 if len(typed) < 8 else 2
    if OSA.distance(typed, word) <= forgiven and typed != word:
        kept = set(vocabulary.word(word, "en").keys)
        assert kept & set(vocabulary.keys_of(typed, is_last=False)), (word, typed)


def words(**counts: int) -> list[Word]:
    """A vocabulary."""
    return [vocabulary.word(surface, "en", count) for surface, count in counts.items()]


def meant(text: str, known: list[Word], *synonyms: list[str]) -> Interpretation:
    found = interpret(take_apart(text, "en"), known, synonyms)
    assert found is not None
    return found


def test_exact_words_are_not_corrected() -> None:
    known = words(shirt=40, skirt=3)
    found = meant("skirt ", known)
    assert found.query.groups == [{"skirt": found.query.groups[0]["skirt"]}]
    assert (found.corrected, found.did_you_mean) == ("", "")


def test_a_rare_word_beside_a_frequent_one_is_questioned() -> None:
    assert meant("skirt ", words(shirt=40, skirt=1)).did_you_mean == "shirt"


@pytest.mark.parametrize(
    ("typed", "found"), [("shrit", "shirt"), ("shirtt", "shirt"), ("hsirt", "shirt"), ("sh1rt", "")]
)
def test_one_error_from_four_letters(typed: str, found: str) -> None:
    assert meant(typed, words(shirt=40)).corrected == found


def test_two_errors_from_eight_letters_only() -> None:
    known = words(headphones=4, lamp=3)
    assert meant("hedphoens", known).corrected == "headphones"
    assert meant("lmpa", words(lamp=3)).ignored == []
    assert meant("xamq", words(lamp=3)).corrected == ""


def test_the_last_word_may_be_unfinished() -> None:
    known = words(lipstick=2, lips=1, red=5)
    assert "lipstick" in meant("red lipst", known).query.groups[1]
    assert "lipstick" not in meant("lipst red", known).query.groups[0] or meant("lipst red", known).corrected
    closed = interpret(take_apart("lips ", "en"), known, [])
    assert closed is not None
    assert "lipstick" not in closed.query.groups[0]


def test_a_word_that_nothing_has_is_left_out_unless_it_is_all() -> None:
    known = words(red=5, shoes=3)
    found = meant("red qwxyz shoes", known)
    assert found.ignored == ["qwxyz"]
    assert len(found.query.groups) == 2
    alone = meant("qwxyz", known)
    assert (alone.ignored, [list(group) for group in alone.query.groups]) == ([], [["qwxyz"]])


def test_synonyms_stand_beside_a_word_and_weigh_less() -> None:
    found = meant("couch ", words(sofa=4), ["sofa", "couch", "settee"]).query.groups
    assert set(found[0]) == {"couch", "sofa", "sette"}
    assert found[0]["sofa"] < found[0]["couch"]


def test_words_written_apart_mean_the_one_word_that_there_is() -> None:
    found = meant("air pods", words(airpods=2, air=1))
    assert all("airpod" in group for group in found.query.groups)
    assert found.ignored == []


def test_nothing_said_means_nothing() -> None:
    assert interpret(take_apart("the ... ", "en"), [], []) is None


def test_a_query_travels_and_relaxes() -> None:
    query = Query([{"a": 1}, {"b": 2}], {"ab": 3})
    assert Query.load(query.dump()) == query
    relaxed = query.relaxed()
    assert relaxed is not None
    assert relaxed.need == 1
    assert relaxed.relaxed() is None


def test_ratings_sort_as_they_are_shown() -> None:
    assert rating_key(0, 0) == 0
    assert rating_key(3, 13) // RATING_STEP == 43
    assert rating_key(100, 430) > rating_key(3, 13) > rating_key(1000, 4200)


def test_a_word_without_end_is_one_word() -> None:
    """A cell of an import may be one word of any length: looking for hyphens in it must not go back and forth, which
    would take this test a minute and an import its life.
    """
    assert analysis.compounds("x" * 60_000) == []
    assert analysis.compounds("t-shirt x-ray") != []
