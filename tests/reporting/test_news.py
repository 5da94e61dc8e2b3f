"""News in the database: who may add it, conflicting changes, and what the deck shows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from cogwg.accounts.models import Jurisdiction
from cogwg.audit.models import AuditEvent
from cogwg.audit.services import Actor
from cogwg.core.bilingual import EMPTY_TEXT, Bilingual
from cogwg.core.errors import Conflict, Forbidden, Invalid, NotFound
from cogwg.reporting.models import ChallengeState
from cogwg.reporting.news import services as news
from cogwg.reporting.news.challenge_services import move_challenge, share_challenge, unshare_challenge
from cogwg.reporting.news.current import current_challenges, current_milestones, group_facts
from cogwg.reporting.news.kinds import CHALLENGES, MILESTONES
from cogwg.reporting.news.queries import challenge, list_challenges, list_milestones, milestone, themes
from cogwg.reporting.news.rules import ChallengeDraft, ChallengeMove, MilestoneDraft
from cogwg.reporting.news.untranslated import news_text, untranslated_news
from cogwg.reporting.rules import LabelledLink
from tests.databases import demo_calendar

NEWS = Bilingual("Two portals share one sign-in.", "")
THEME = Bilingual("Ownership", "")
AT = demo_calendar().now()


def service_arguments(*codes: str) -> Callable[[Session], dict[str, Any]]:
    """Return a service's arguments for a lead of these jurisdictions; for a co-chair without any."""

    def arguments(session: Session) -> dict[str, Any]:
        own = set(session.scalars(select(Jurisdiction.id).where(Jurisdiction.code.in_(codes))))

        def allowed(ids: Collection[int]) -> bool:
            return not codes or not own.isdisjoint(ids)

        return {"by": Actor("person", 1), "at": AT, "is_allowed": allowed}

    return arguments


ONTARIO, QUEBEC, STEERING = service_arguments("on"), service_arguments("qc"), service_arguments()


def jurisdiction_id(session: Session, code: str) -> int:
    return session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()


def audit_actions(session: Session, kind: str, id_: int) -> list[str]:
    events = session.scalars(
        select(AuditEvent).where(AuditEvent.subject_kind == kind, AuditEvent.subject_id == id_).order_by(AuditEvent.id)
    )
    return [event.action for event in events]


def add_ontario_milestone(session: Session, draft: MilestoneDraft | None = None) -> int:
    return news.add_milestone(session, jurisdiction_id(session, "on"), draft or MilestoneDraft(NEWS), **ONTARIO(session))


def add_ontario_challenge(session: Session, draft: ChallengeDraft | None = None, **more: Any) -> int:
    return news.add_challenge(
        session, jurisdiction_id(session, "on"), draft or ChallengeDraft(THEME, NEWS), **more, **ONTARIO(session)
    )


def test_milestone_add_edit_withdraw_and_restore_are_each_audited(seeded: Session) -> None:
    links = (LabelledLink("https://a.example/", Bilingual("A", "")), LabelledLink("https://b.example/"))
    id_ = add_ontario_milestone(seeded, MilestoneDraft(NEWS, links, under_way=True, happened="2020-09"))
    first = milestone(seeded, id_)
    assert (first.links, first.under_way, str(first.happened), first.version) == (links, True, "2020-09", 1)
    assert first.reported_on == date(2020, 9, 24)
    assert list_milestones(seeded)[0] == first, "the newest comes first"
    news.edit_news(seeded, MILESTONES, id_, MilestoneDraft(NEWS, links[1:]), expected_version=1, **ONTARIO(seeded))
    assert (milestone(seeded, id_).links, milestone(seeded, id_).under_way) == (links[1:], False)
    news.edit_news(seeded, MILESTONES, id_, MilestoneDraft(NEWS, links[1:]), expected_version=2, **ONTARIO(seeded))
    news.withdraw_news(seeded, MILESTONES, id_, expected_version=2, **ONTARIO(seeded))
    news.withdraw_news(seeded, MILESTONES, id_, expected_version=2, **ONTARIO(seeded))
    with pytest.raises(Invalid):
        news.edit_news(seeded, MILESTONES, id_, MilestoneDraft(NEWS), expected_version=3, **ONTARIO(seeded))
    news.restore_news(seeded, MILESTONES, id_, **ONTARIO(seeded))
    news.restore_news(seeded, MILESTONES, id_, **ONTARIO(seeded))
    assert milestone(seeded, id_).version == 4
    assert audit_actions(seeded, "milestone", id_) == [
        f"milestone.{verb}" for verb in ("added", "edited", "withdrawn", "restored")
    ], "an unchanged edit adds no audit event"


def test_withdrawn_news_is_not_published_and_counts_by_kind_stay(seeded: Session) -> None:
    group, few = group_facts(seeded), [x.id for x in current_challenges(seeded)]
    milestone_id, challenge_id = add_ontario_milestone(seeded), add_ontario_challenge(seeded)
    assert [x.id for x in group_facts(seeded).milestones][-1] == milestone_id
    assert [x.id for x in current_challenges(seeded)] == [*few, challenge_id]
    news.withdraw_news(seeded, MILESTONES, milestone_id, expected_version=1, **ONTARIO(seeded))
    news.withdraw_news(seeded, CHALLENGES, challenge_id, expected_version=1, **ONTARIO(seeded))
    assert group_facts(seeded) == group
    assert [x.id for x in current_challenges(seeded)] == few
    only = current_milestones(seeded, jurisdiction_id=jurisdiction_id(seeded, "on"))
    assert milestone_id not in [x.id for x in only]
    for published in only:
        news.withdraw_news(seeded, MILESTONES, published.id, expected_version=1, **STEERING(seeded))
    assert group_facts(seeded).counts_by_kind == group.counts_by_kind, "a jurisdiction without news still counts"


def test_news_of_another_jurisdiction_is_refused_or_hidden_when_withdrawn(seeded: Session) -> None:
    id_, shared = add_ontario_milestone(seeded), add_ontario_challenge(seeded)
    for act in (
        lambda: news.add_milestone(seeded, jurisdiction_id(seeded, "on"), MilestoneDraft(NEWS), **QUEBEC(seeded)),
        lambda: news.edit_news(seeded, MILESTONES, id_, MilestoneDraft(NEWS), expected_version=1, **QUEBEC(seeded)),
        lambda: news.withdraw_news(seeded, MILESTONES, id_, expected_version=1, **QUEBEC(seeded)),
        lambda: news.translate_news(seeded, MILESTONES, id_, "Non.", source_text=NEWS.en, **QUEBEC(seeded)),
        lambda: news.edit_news(seeded, CHALLENGES, shared, ChallengeDraft(THEME, NEWS), expected_version=1, **QUEBEC(seeded)),
        lambda: move_challenge(seeded, shared, ChallengeMove.RESOLVE, expected_version=1, **QUEBEC(seeded)),
        lambda: share_challenge(seeded, shared, jurisdiction_id(seeded, "on"), **QUEBEC(seeded)),
        lambda: unshare_challenge(seeded, shared, jurisdiction_id(seeded, "on"), **QUEBEC(seeded)),
        lambda: news.withdraw_news(seeded, CHALLENGES, shared, expected_version=1, **QUEBEC(seeded)),
        lambda: news.translate_news(seeded, CHALLENGES, shared, "Non.", source_text=NEWS.en, **QUEBEC(seeded)),
        lambda: news.translate_theme(seeded, shared, "Non", source_text=THEME.en, **QUEBEC(seeded)),
    ):
        with pytest.raises(Forbidden):
            act()
    news.withdraw_news(seeded, MILESTONES, id_, expected_version=1, **ONTARIO(seeded))
    with pytest.raises(NotFound):
        news.restore_news(seeded, MILESTONES, id_, **QUEBEC(seeded))
    with pytest.raises(NotFound):
        news.edit_news(seeded, MILESTONES, 4711, MilestoneDraft(NEWS), expected_version=1, **STEERING(seeded))


def test_stale_version_of_news_is_a_conflict_and_changes_nothing(seeded: Session) -> None:
    id_, other = add_ontario_milestone(seeded), add_ontario_challenge(seeded)
    later = MilestoneDraft(Bilingual("Three portals.", ""))
    news.edit_news(seeded, MILESTONES, id_, later, expected_version=1, **ONTARIO(seeded))
    move_challenge(seeded, other, ChallengeMove.MITIGATE, expected_version=1, **ONTARIO(seeded))
    for act in (
        lambda: news.edit_news(seeded, MILESTONES, id_, MilestoneDraft(NEWS), expected_version=1, **STEERING(seeded)),
        lambda: news.edit_news(seeded, MILESTONES, id_, MilestoneDraft(NEWS), expected_version=-1, **STEERING(seeded)),
        lambda: news.withdraw_news(seeded, MILESTONES, id_, expected_version=1, **STEERING(seeded)),
        lambda: news.edit_news(
            seeded, CHALLENGES, other, ChallengeDraft(THEME, Bilingual("x", "")), expected_version=1, **STEERING(seeded)
        ),
        lambda: move_challenge(seeded, other, ChallengeMove.RESOLVE, expected_version=1, **STEERING(seeded)),
        lambda: news.withdraw_news(seeded, CHALLENGES, other, expected_version=1, **STEERING(seeded)),
    ):
        with pytest.raises(Conflict) as conflict:
            act()
        assert conflict.value.subject.version == 2
    assert milestone(seeded, id_).draft == later
    assert challenge(seeded, other).state is ChallengeState.MITIGATED


def test_challenge_is_shared_by_jurisdictions_with_their_own_naming_choice(seeded: Session) -> None:
    id_ = add_ontario_challenge(seeded)
    on, qc = jurisdiction_id(seeded, "on"), jurisdiction_id(seeded, "qc")

    def shared() -> dict[str, bool]:
        return {r.code: r.may_be_named for r in challenge(seeded, id_).raised_by}

    assert shared() == {"on": False}
    for shown, named in ((None, False), (None, False), (False, True), (False, True), (None, False)):
        share_challenge(seeded, id_, qc, may_be_named=named, expected_choice=shown, **QUEBEC(seeded))
    assert shared() == {"on": False, "qc": True}
    for shown, named in ((False, False), (None, True)):
        if named:
            share_challenge(seeded, id_, qc, may_be_named=False, expected_choice=True, **QUEBEC(seeded))
        with pytest.raises(Invalid, match="choice was changed"):
            share_challenge(seeded, id_, qc, may_be_named=named, expected_choice=shown, **QUEBEC(seeded))
        assert shared()["qc"] is not named
    assert [x.id for x in list_challenges(seeded, code="qc")] == [id_]
    with pytest.raises(Invalid):
        news.withdraw_news(seeded, CHALLENGES, id_, expected_version=1, **ONTARIO(seeded))
    for act in (
        lambda: news.edit_news(
            seeded, CHALLENGES, id_, ChallengeDraft(THEME, Bilingual("", "À deux.")), expected_version=1, **QUEBEC(seeded)
        ),
        lambda: move_challenge(seeded, id_, ChallengeMove.RESOLVE, expected_version=1, **QUEBEC(seeded)),
        lambda: news.withdraw_news(seeded, CHALLENGES, id_, expected_version=1, **QUEBEC(seeded)),
    ):
        with pytest.raises(Forbidden):
            act()
    news.edit_news(
        seeded, CHALLENGES, id_, ChallengeDraft(THEME, Bilingual("", "À deux.")), expected_version=1, **ONTARIO(seeded)
    )
    for _ in range(2):
        unshare_challenge(seeded, id_, qc, **QUEBEC(seeded))
    assert shared() == {"on": False}
    with pytest.raises(Forbidden):
        news.edit_news(seeded, CHALLENGES, id_, ChallengeDraft(THEME, NEWS), expected_version=2, **QUEBEC(seeded))
    news.withdraw_news(seeded, CHALLENGES, id_, expected_version=2, **ONTARIO(seeded))
    for act in (share_challenge, unshare_challenge):
        with pytest.raises(Invalid):
            act(seeded, id_, on, **ONTARIO(seeded))
    news.restore_news(seeded, CHALLENGES, id_, **ONTARIO(seeded))
    verbs = ("added", "shared", "shared", "shared", "edited", "unshared", "withdrawn", "restored")
    assert audit_actions(seeded, "challenge", id_) == [f"challenge.{verb}" for verb in verbs]


def test_challenge_without_owner_is_changed_by_steering_only(seeded: Session) -> None:
    id_ = list_challenges(seeded)[-1].id
    share_challenge(seeded, id_, jurisdiction_id(seeded, "on"), **ONTARIO(seeded))
    with pytest.raises(Forbidden):
        move_challenge(seeded, id_, ChallengeMove.RESOLVE, expected_version=1, **ONTARIO(seeded))
    move_challenge(seeded, id_, ChallengeMove.RESOLVE, expected_version=1, **STEERING(seeded))


def test_challenge_is_not_changed_by_a_jurisdiction_that_left_it(seeded: Session) -> None:
    id_, on = add_ontario_challenge(seeded), jurisdiction_id(seeded, "on")
    share_challenge(seeded, id_, jurisdiction_id(seeded, "qc"), **QUEBEC(seeded))
    unshare_challenge(seeded, id_, on, **ONTARIO(seeded))
    for speaker_ in (ONTARIO, QUEBEC):
        with pytest.raises(Forbidden):
            move_challenge(seeded, id_, ChallengeMove.RESOLVE, expected_version=1, **speaker_(seeded))
    share_challenge(seeded, id_, on, **ONTARIO(seeded))
    move_challenge(seeded, id_, ChallengeMove.RESOLVE, expected_version=1, **ONTARIO(seeded))


def test_resolved_challenge_is_unpublished_until_reopened(seeded: Session) -> None:
    id_ = add_ontario_challenge(seeded)
    for shown_value, (move, there) in enumerate(
        [(ChallengeMove.MITIGATE, True), (ChallengeMove.RESOLVE, False), (ChallengeMove.REOPEN, True)], 1
    ):
        move_challenge(seeded, id_, move, expected_version=shown_value, **ONTARIO(seeded))
        assert (id_ in [x.id for x in current_challenges(seeded)]) is there
    with pytest.raises(Invalid):
        move_challenge(seeded, id_, ChallengeMove.REOPEN, expected_version=4, **ONTARIO(seeded))


def test_new_challenge_reuses_a_known_theme(seeded: Session) -> None:
    id_ = add_ontario_challenge(seeded, ChallengeDraft(Bilingual("legal", ""), NEWS))
    assert challenge(seeded, id_).theme == Bilingual("Legal", "Aspects juridiques")
    assert len(themes(seeded)) == 4


def test_untranslated_news_shrinks_as_texts_are_translated(seeded: Session) -> None:
    assert untranslated_news(seeded) == []
    links = (
        LabelledLink("https://a.example/", Bilingual("A", "A")),
        LabelledLink("https://b.example/", Bilingual("B", "")),
        LabelledLink("https://c.example/"),
    )
    milestone_id = add_ontario_milestone(seeded, MilestoneDraft(NEWS, links))
    first, second = (
        add_ontario_challenge(seeded),
        add_ontario_challenge(seeded, ChallengeDraft(THEME, Bilingual("", "Personne."))),
    )
    share_challenge(seeded, second, jurisdiction_id(seeded, "qc"), **QUEBEC(seeded))
    gone = add_ontario_milestone(seeded)
    news.withdraw_news(seeded, MILESTONES, gone, expected_version=1, **ONTARIO(seeded))
    keys = [w.key for w in untranslated_news(seeded)]
    assert keys == [
        f"milestone-{milestone_id}",
        f"link-{milestone_id}-2",
        f"challenge-{first}",
        f"theme-{first}",
        f"challenge-{second}",
    ]
    assert [w.source for w in untranslated_news(seeded)] == [NEWS.en, "B", NEWS.en, THEME.en, "Personne."]
    assert [len(w.jurisdictions) for w in untranslated_news(seeded)] == [1, 1, 1, 2, 2]
    assert [news_text(seeded, w.kind, w.id, w.link) for w in untranslated_news(seeded)] == untranslated_news(seeded)

    news.translate_news(seeded, MILESTONES, milestone_id, "Deux portails.", source_text=NEWS.en, **ONTARIO(seeded))
    news.translate_link(seeded, milestone_id, "Bé", link_number=2, source_text="B", **ONTARIO(seeded))
    news.translate_news(seeded, CHALLENGES, second, "No one.", source_text="Personne.", **QUEBEC(seeded))
    news.translate_theme(seeded, first, "Propriété", source_text=THEME.en, **QUEBEC(seeded))
    done = milestone(seeded, milestone_id)
    assert done.text == Bilingual(NEWS.en, "Deux portails.")
    assert [link.label for link in done.links] == [Bilingual("A", "A"), Bilingual("B", "Bé"), EMPTY_TEXT]
    assert {challenge(seeded, id_).theme for id_ in (first, second)} == {Bilingual("Ownership", "Propriété")}
    assert [w.key for w in untranslated_news(seeded)] == [f"challenge-{first}"]


def test_translation_of_changed_or_translated_text_is_a_conflict(seeded: Session) -> None:
    milestone_id, challenge_id = add_ontario_milestone(seeded), add_ontario_challenge(seeded)
    news.edit_news(
        seeded, MILESTONES, milestone_id, MilestoneDraft(Bilingual("Three portals.", "")), expected_version=1, **ONTARIO(seeded)
    )
    news.translate_news(seeded, CHALLENGES, challenge_id, "Déjà.", source_text=NEWS.en, **ONTARIO(seeded))
    news.translate_theme(seeded, challenge_id, "Propriété", source_text=THEME.en, **ONTARIO(seeded))
    for act in (
        lambda: news.translate_news(seeded, MILESTONES, milestone_id, "Deux.", source_text=NEWS.en, **STEERING(seeded)),
        lambda: news.translate_link(seeded, milestone_id, "Deux.", link_number=1, source_text="", **STEERING(seeded)),
        lambda: news.translate_news(seeded, CHALLENGES, challenge_id, "Encore.", source_text=NEWS.en, **STEERING(seeded)),
        lambda: news.translate_theme(seeded, challenge_id, "Encore", source_text=THEME.en, **STEERING(seeded)),
    ):
        with pytest.raises(Conflict):
            act()
    assert milestone(seeded, milestone_id).text == Bilingual("Three portals.", "")
    assert challenge(seeded, challenge_id).text == Bilingual(NEWS.en, "Déjà.")
