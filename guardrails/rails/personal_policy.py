"""The policy of the rail `personal_data` and the lists of names that it reads."""

from functools import lru_cache
from importlib import resources

from rails import policy


class PersonalDataPolicy(policy.RailPolicy):
    """`policy/personal_data.yaml`."""

    relations: policy.CommaList
    titles: policy.CommaList
    name_words: policy.CommaList
    introductions: policy.CommaList
    farewells: policy.CommaList
    people: policy.CommaList
    places: policy.CommaList
    before_places: policy.CommaList
    before_things: policy.CommaList
    verbs: policy.CommaList
    in_places: policy.CommaList
    not_signatures: policy.CommaList
    not_names: policy.CommaList
    things: policy.CommaList
    towns: policy.CommaList
    place_names: policy.CommaList
    mostly_places: policy.CommaList


POLICY = policy.read("personal_data.yaml", PersonalDataPolicy)


@lru_cache
def names(kind: str) -> frozenset[str]:
    """The lower-case names of `names/<kind>.txt`, such as `sure`, `given`, `family`, `also_words` or `words_too`."""
    text = resources.files("rails").joinpath("names", f"{kind}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())
