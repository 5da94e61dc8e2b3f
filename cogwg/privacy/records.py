"""The columns with the id of the person who did something. A test compares them with the foreign keys of the tables."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from cogwg.briefing.models import Briefing, FrozenVersion, PreviewLink, RecordedDecision, SlideComment, VersionLink
from cogwg.core.bilingual import Bilingual
from cogwg.engagement.models import CommentTheme, HeardVersion, LegalHold, PublicComment
from cogwg.imports.models import Upload
from cogwg.mail.models import OutboxMessage
from cogwg.ogp.models import AssessorInvitation, MilestoneOffer
from cogwg.plan.models import DueChange, DueRequest, PlanDraft, RoleRequest
from cogwg.reporting.models import (
    AnswerLink,
    Challenge,
    Contribution,
    Milestone,
    OverallStatus,
    PeriodException,
    StatusReport,
    TranslationOrder,
)
from cogwg.tracker.models import Publication

RECORDS: tuple[tuple[Bilingual, InstrumentedAttribute[Any]], ...] = (
    (Bilingual("Reports last changed", "Rapports modifiés en dernier"), StatusReport.changed_by),
    (Bilingual("Private links in reminders", "Liens privés dans les rappels"), AnswerLink.person_id),
    (Bilingual("Reports returned", "Rapports renvoyés"), StatusReport.returned_by),
    (Bilingual("Partners’ notes last changed", "Notes de partenaires modifiées en dernier"), Contribution.changed_by),
    (Bilingual("Milestones last changed", "Jalons modifiés en dernier"), Milestone.changed_by),
    (Bilingual("Challenges last changed", "Défis modifiés en dernier"), Challenge.changed_by),
    (Bilingual("Overall statuses set manually", "États globaux définis manuellement"), OverallStatus.set_by),
    (Bilingual("Quarters reopened", "Trimestres rouverts"), PeriodException.made_by),
    (Bilingual("Texts sent for translation", "Envois de textes à traduire"), TranslationOrder.sent_by),
    (Bilingual("Files uploaded", "Fichiers téléversés"), Upload.person_id),
    (Bilingual("Due dates moved", "Échéances déplacées"), DueChange.changed_by),
    (Bilingual("Requests to move due dates", "Demandes de déplacement d’échéances"), DueRequest.asked_by),
    (Bilingual("Requests to move due dates answered", "Demandes de déplacement d’échéances traitées"), DueRequest.answered_by),
    (Bilingual("Roles requested", "Rôles demandés"), RoleRequest.asked_by),
    (Bilingual("Draft plans last changed", "Ébauches de plan modifiées en dernier"), PlanDraft.changed_by),
    (Bilingual("Briefings created", "Présentations créées"), Briefing.created_by),
    (Bilingual("Briefings last changed", "Présentations modifiées en dernier"), Briefing.changed_by),
    (Bilingual("Versions finalized", "Versions finalisées"), FrozenVersion.frozen_by),
    (Bilingual("Links to drafts created", "Liens vers des ébauches créés"), PreviewLink.made_by),
    (Bilingual("Links to versions created", "Liens vers des versions créés"), VersionLink.made_by),
    (Bilingual("Comments on slides resolved", "Commentaires sur les diapositives réglés"), SlideComment.settled_by),
    (Bilingual("Decisions recorded", "Décisions consignées"), RecordedDecision.recorded_by),
    (Bilingual("Quarters and briefings published", "Trimestres et présentations publiés"), Publication.published_by),
    (Bilingual("Publications withdrawn", "Publications retirées"), Publication.withdrawn_by),
    (Bilingual("Assessors invited", "Personnes invitées à évaluer"), AssessorInvitation.invited_by),
    (Bilingual("Offers for milestones answered", "Réponses à des propositions pour un jalon"), MilestoneOffer.answered_by),
    (Bilingual("Decisions on comments from the public", "Décisions sur des commentaires du public"), PublicComment.decided_by),
    (Bilingual("Refusals of comments confirmed", "Refus de commentaires confirmés"), PublicComment.second_by),
    (Bilingual("Comments entered on behalf of the public", "Commentaires saisis au nom du public"), PublicComment.entered_by),
    (Bilingual("Comments put into themes", "Commentaires classés par thème"), CommentTheme.coded_by),
    (Bilingual("“What we heard” finalized", "« Ce que nous avons entendu » finalisé"), HeardVersion.finalized_by),
    (Bilingual("Legal holds placed", "Ordres de conservation donnés"), LegalHold.placed_by),
    (Bilingual("Legal holds released", "Ordres de conservation levés"), LegalHold.released_by),
    (Bilingual("Emails sent to others", "Courriels envoyés à d’autres"), OutboxMessage.made_by),
)
