"""Values as plain data and back: equal after a round trip, and data of another shape is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

import pytest

from cogwg.briefing.outline import (
    NextStep,
    Outline,
    PickedChange,
    PickedNews,
    PriorityWording,
    SlidePlacement,
    SlideWording,
    StepState,
)
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.serialization import DeserializationError, Serializer

TEXT = Bilingual("Say “=1+1” 🇨🇦 \u202eabc", "Dites « =1+1 » _x0041_")
FULL_OUTLINE = Outline(
    slides=(SlidePlacement("purpose"), SlidePlacement("data", shown=False)),
    words=(SlideWording("text-1", TEXT, TEXT, (TEXT, EMPTY_TEXT)),),
    changes=(PickedChange("forward:2020:1.1", TEXT),),
    milestones=(PickedNews(3), PickedNews(1, TEXT)),
    challenges=(),
    priorities=(PriorityWording(2, TEXT, (TEXT,)),),
    steps=(NextStep(TEXT, StepState.DONE, (NextStep(TEXT),)),),
)


@pytest.mark.parametrize("outline", [Outline(), FULL_OUTLINE])
def test_outline_round_trip_is_equal(outline: Outline) -> None:
    data = json.loads(json.dumps(Serializer().dump(outline)))
    assert Serializer().load(Outline, data) == outline


def test_missing_choice_differs_from_empty_choice() -> None:
    assert Serializer().dump(Outline()) == {}
    assert Serializer().load(Outline, {"challenges": []}).challenges == ()
    assert Serializer().load(Outline, {}).challenges is None


@pytest.mark.parametrize(
    "data",
    [
        {"slides": "purpose"},
        {"slides": [{"shown": True}]},
        {"slides": [{"key": 1}]},
        {"words": [{"key": "why", "title": ["one"]}]},
        {"steps": [{"text": ["a", "b"], "state": "finished"}]},
        {"unknown": 1},
        [],
    ],
)
def test_data_of_another_shape_is_refused(data: object) -> None:
    with pytest.raises(DeserializationError):
        Serializer().load(Outline, data)


@dataclass(frozen=True, slots=True)
class Animal:
    born: date


@dataclass(frozen=True, slots=True)
class Dog(Animal):
    name: str = "Rex"


@dataclass(frozen=True, slots=True)
class Kennel:
    animals: tuple[Animal, ...]


def test_subclass_is_kept_and_pooled_value_is_stored_once() -> None:
    dog = Dog(date(2020, 2, 27))
    kennel = Kennel((dog, Animal(date(2020, 3, 1)), dog))
    plain = Serializer()
    assert Serializer().load(Kennel, plain.dump(kennel)) == kennel
    pooled = Serializer(pooled=Dog)
    data = pooled.dump(kennel)
    assert data["animals"][0] == data["animals"][2] == 0
    assert len(pooled.pool) == 1
