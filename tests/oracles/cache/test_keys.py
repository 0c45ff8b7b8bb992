"""One builder of keys: no collisions, no part forgotten, nothing personal."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from oracles.cache.keys import entry_key
from oracles.contract import PROGRESS, DataStamp, Domain, Oracle, Scope, TenantId
from oracles.instructor import ORACLES
from tests.oracles.cache.answers import NOW, SCOPE


def anything(random: Random) -> tuple[Scope, Oracle, DataStamp, str]:
    container = random.choice([None, random.randrange(1, 40)])
    key = None if container is None else f"unit-{random.randrange(3)}"
    oracle = replace(random.choice(list(ORACLES.values())), version=random.randrange(1, 4))
    structure, roster, progress, evidence, scores, settings = (random.randrange(12) for _ in range(6))
    stamp = DataStamp(structure, roster, progress, evidence, scores, settings)
    scope = Scope(TenantId(random.randrange(1, 30)), random.randrange(1, 30), container, key)
    return scope, oracle, stamp, random.choice(["", "a1"])


def test_ten_thousand_random_contexts_do_not_collide() -> None:
    random = Random(1)
    contexts = [anything(random) for _ in range(10_000)]

    keys = {entry_key(*context) for context in contexts}

    told_apart = {(scope, o.key, o.version, stamp.of(o.reads), signature) for scope, o, stamp, signature in contexts}
    assert len(keys) == len(told_apart)


@pytest.mark.proves("B1")
def test_every_part_changes_the_key() -> None:
    oracle = ORACLES[PROGRESS]
    key = entry_key(SCOPE, oracle, NOW)

    others = [
        entry_key(replace(SCOPE, tenant_id=TenantId(8)), oracle, NOW),
        entry_key(replace(SCOPE, section_id=13), oracle, NOW),
        entry_key(replace(SCOPE, container_id=35), oracle, NOW),
        entry_key(replace(SCOPE, container_key="unit-2"), oracle, NOW),
        entry_key(replace(SCOPE, container_id=None, container_key=None), oracle, NOW),
        entry_key(SCOPE, replace(oracle, version=oracle.version + 1), NOW),
        entry_key(SCOPE, ORACLES[next(other for other in ORACLES if other != PROGRESS)], NOW),
        entry_key(SCOPE, oracle, NOW, "digest"),
        *(entry_key(SCOPE, oracle, moved(domain)) for domain in oracle.reads),
    ]

    assert len({key, *others}) == len(others) + 1


def moved(domain: Domain) -> DataStamp:
    return replace(NOW, **{domain.value: getattr(NOW, domain.value) + 1})


def test_what_an_oracle_does_not_read_leaves_its_key_alone() -> None:
    oracle = ORACLES[PROGRESS]
    unread = [domain for domain in Domain if domain not in oracle.reads]

    assert {entry_key(SCOPE, oracle, moved(domain)) for domain in unread} == {entry_key(SCOPE, oracle, NOW)}


def test_a_key_is_ids_and_counters() -> None:
    assert entry_key(SCOPE, ORACLES[PROGRESS], NOW) == (
        "lectern:o1:{i7}|s12|c:34:unit-1|progress@1|structure=3,roster=1,progress=41|"
    )
