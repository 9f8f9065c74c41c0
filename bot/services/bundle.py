"""All services, built on one database: for the command line, handlers and effects."""

from dataclasses import dataclass
from datetime import timedelta

from bot.database.people import People
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.service_settings import ServiceSettings
from bot.database.transaction import Core, Database
from bot.policy.model.directory import Directory
from bot.policy.model.rules import Policy
from bot.services.accounts.account_import import AccountImport
from bot.services.accounts.accounts import Accounts
from bot.services.card.beginnings import Beginnings
from bot.services.card.captures import Captures
from bot.services.card.card_counts import Cards
from bot.services.card.catch_ups import CatchUps
from bot.services.card.corrections import Corrections
from bot.services.card.tickets import Tickets
from bot.services.card.timelines import Timelines
from bot.services.categories.categories import Categories
from bot.services.channel.channel_troubles import ChannelTroubles
from bot.services.channel.channels import Channels
from bot.services.channel.memberships import Memberships
from bot.services.channel.outages import Outages
from bot.services.channel.places import Places
from bot.services.channel.tracked_messages import TrackedMessages
from bot.services.closing.closures import Closures
from bot.services.closing.exit_criteria import ExitCriteria
from bot.services.closing.waivers import Waivers
from bot.services.confidential.redaction import ExternalMessages
from bot.services.confirming.answers import CustomerAnswers
from bot.services.confirming.customer_mails import CustomerMails
from bot.services.confirming.questions import CustomerQuestions
from bot.services.declaring.burst_queue import BurstQueue
from bot.services.declaring.declaration_previews import DeclarationPreviews
from bot.services.declaring.declarations import Declarations
from bot.services.directory.directory_changes import DirectoryChanges
from bot.services.directory.people_import import PeopleImport
from bot.services.directory.settings_audit import SettingsAudit
from bot.services.firing import TimerRunner
from bot.services.follow_ups.follow_ups import FollowUps
from bot.services.incidents.incidents import Incidents
from bot.services.incidents.status_pages import StatusPages
from bot.services.intake.intake import Intakes
from bot.services.intake.record_files import RecordFiles
from bot.services.levels.checklists import Checklists
from bot.services.levels.level_requests import LevelRequests
from bot.services.levels.overrides import Overrides
from bot.services.levels.reassessments import Reassessments
from bot.services.mail.contents import MailContentsReader
from bot.services.on_call.absences import Absences
from bot.services.on_call.feeds import Feeds
from bot.services.on_call.following import PageFollowing
from bot.services.on_call.on_call import OnCall
from bot.services.on_call.shifts import Shifts
from bot.services.on_call.watch import OnCallWatch
from bot.services.operator.audit import Audit
from bot.services.operator.retention import Retention
from bot.services.outcomes.calls import FollowUpCalls
from bot.services.outcomes.outcomes import Outcomes
from bot.services.overview.account_pages import AccountPages
from bot.services.overview.digest_readers import DigestReaders
from bot.services.overview.digests import Digests
from bot.services.overview.escalations import Escalations
from bot.services.overview.executive_asks import ExecutiveAsks
from bot.services.overview.finding import Finder
from bot.services.overview.hot_lists import HotLists
from bot.services.overview.link_previews import LinkPreviews
from bot.services.overview.sponsor_digests import SponsorDigests
from bot.services.overview.standing import StandingTimers
from bot.services.paging.acknowledgements import Acknowledgements
from bot.services.paging.asking import EarlyPages
from bot.services.paging.deliveries import Deliveries
from bot.services.paging.page_links import PageLinks
from bot.services.paging.pager_answers import OutsideAnswers
from bot.services.patterns.case_reviews import CaseReviews
from bot.services.patterns.causes import Causes
from bot.services.patterns.churn_risk import ChurnRisks
from bot.services.patterns.patterns import PatternWatch
from bot.services.people.admissions import Admissions
from bot.services.people.nudges import Nudges
from bot.services.people.owners import Owners
from bot.services.people.role_cards import RoleCards
from bot.services.people.successors import Successors
from bot.services.policies.policy_history import PolicyHistory
from bot.services.policies.policy_owner import PolicyOwner
from bot.services.policies.replicas import Replicas
from bot.services.policies.simulations import Simulations
from bot.services.programmes.action_items import ActionItems
from bot.services.programmes.carrying import CarriedOver
from bot.services.programmes.programmes import Programmes
from bot.services.programmes.status_calls import StatusCalls
from bot.services.reports.audits import Audits
from bot.services.reports.charts import Charts
from bot.services.reports.export import Export
from bot.services.reports.headline import Headline
from bot.services.reports.measures import Measures
from bot.services.reports.reports import Reports
from bot.services.reports.ticket_volumes import TicketVolumes
from bot.services.reviews.case_studies import CaseStudies
from bot.services.reviews.learnings import Learnings
from bot.services.reviews.publications import Publications
from bot.services.reviews.refreshers import Refreshers
from bot.services.reviews.reviews import PostIncidentReviews
from bot.services.reviews.success_packs import SuccessPacks
from bot.services.sending.approvals import TextApprovals
from bot.services.sending.sending import TextSender
from bot.services.sending.told_log import ToldLogs
from bot.services.teams.mail_answers import MailAnswers
from bot.services.teams.teams import Teams
from bot.services.training.drills import Drills
from bot.services.training.trainees import Trainees
from bot.services.updates.update_edits import UpdateEdits
from bot.services.updates.updates import Updates
from bot.services.verification.verifications import Verifications
from bot.services.waiting.waits import Waits
from bot.services.watch.watches import Watches, answer_by_mail
from bot.services.wording.reviews import TextReviews


# Without a representation: see `bot.program.Program`.
@dataclass(frozen=True, repr=False)
class Services:
    """All services that need only the database."""

    core: Core
    database: Database
    directory: Directory
    people: People
    policies: Policies
    records: Records
    accounts: Accounts
    account_import: AccountImport
    declarations: Declarations
    declaration_previews: DeclarationPreviews
    escalations: Escalations
    account_pages: AccountPages
    finder: Finder
    acknowledgements: Acknowledgements
    deliveries: Deliveries
    page_links: PageLinks
    early_pages: EarlyPages
    outages: Outages
    outside_answers: OutsideAnswers
    text_reviews: TextReviews
    updates: Updates
    update_edits: UpdateEdits
    closures: Closures
    waivers: Waivers
    customer_questions: CustomerQuestions
    outcomes: Outcomes
    calls: FollowUpCalls
    follow_ups: FollowUps
    customer_answers: CustomerAnswers
    overrides: Overrides
    level_requests: LevelRequests
    reassessments: Reassessments
    owners: Owners
    on_call: OnCall
    absences: Absences
    shifts: Shifts
    on_call_watch: OnCallWatch
    page_following: PageFollowing
    feeds: Feeds
    directory_changes: DirectoryChanges
    settings_audit: SettingsAudit
    role_cards: RoleCards
    people_import: PeopleImport
    programmes: Programmes
    action_items: ActionItems
    carried_over: CarriedOver
    status_calls: StatusCalls
    teams: Teams
    sending: TextSender
    text_approvals: TextApprovals
    told_logs: ToldLogs
    mail_contents: MailContentsReader
    mail_answers: MailAnswers
    cards: Cards
    tickets: Tickets
    corrections: Corrections
    beginnings: Beginnings
    timelines: Timelines
    captures: Captures
    reviews: PostIncidentReviews
    publications: Publications
    learnings: Learnings
    case_studies: CaseStudies
    refreshers: Refreshers
    success_packs: SuccessPacks
    catch_ups: CatchUps
    categories: Categories
    churn_risks: ChurnRisks
    case_reviews: CaseReviews
    patterns: PatternWatch
    causes: Causes
    incidents: Incidents
    status_pages: StatusPages
    channels: Channels
    timer_runner: TimerRunner
    digests: Digests
    digest_readers: DigestReaders
    sponsor_digests: SponsorDigests
    drills: Drills
    hot_lists: HotLists
    executive_asks: ExecutiveAsks
    link_previews: LinkPreviews
    nudges: Nudges
    standing: StandingTimers
    trainees: Trainees
    audit: Audit
    retention: Retention
    audits: Audits
    export: Export
    measures: Measures
    reports: Reports
    charts: Charts
    headline: Headline
    ticket_volumes: TicketVolumes
    intakes: Intakes
    record_files: RecordFiles
    verifications: Verifications
    exit_criteria: ExitCriteria
    watches: Watches
    waits: Waits
    checklists: Checklists
    tracked_messages: TrackedMessages
    external_messages: ExternalMessages
    memberships: Memberships
    channel_troubles: ChannelTroubles
    admissions: Admissions
    burst_queue: BurstQueue
    successors: Successors
    policy_history: PolicyHistory
    replicas: Replicas
    policy_owner: PolicyOwner
    places: Places
    simulations: Simulations


def build(
    database: Database,
    policy: Policy,
    directory: Directory,
    service_settings: ServiceSettings,
    *,
    keep_effects: timedelta,
) -> Services:
    """Build the services on a database. `keep_effects` is how long settled effects are kept."""
    core, people, policies = Core(database), People(directory), Policies(policy)
    records = Records(database, policies, people, service_settings)
    accounts = Accounts(database, people, policies)
    declarations = Declarations(records, policies, accounts, people)
    on_call_watch = OnCallWatch(database, people, policies)
    policy_owner = PolicyOwner(database, people, policies)
    verifications = Verifications(records, people)
    digests, hot_lists = Digests(records, policies, people), HotLists(records, policies)
    sponsor_digests = SponsorDigests(records, policies, people)
    measures = Measures(database, policies)
    reports = Reports(records, people, accounts, measures)
    success_packs = SuccessPacks(records, policies, people, reports)
    learnings = Learnings(records, policies, success_packs)
    status_calls, outcomes = StatusCalls(records), Outcomes(records)
    customer_mails = CustomerMails(status_calls, outcomes)
    case_studies = CaseStudies(records, policies, people, accounts)
    return Services(
        core=core,
        database=database,
        directory=people.directory,
        people=people,
        policies=policies,
        records=records,
        accounts=accounts,
        text_reviews=TextReviews(records, accounts, people),
        account_import=AccountImport(database),
        declarations=declarations,
        declaration_previews=DeclarationPreviews(records, policies, accounts, people),
        escalations=Escalations(records, accounts, people),
        account_pages=AccountPages(records, accounts, people),
        finder=Finder(records, accounts, people),
        acknowledgements=Acknowledgements(records),
        deliveries=Deliveries(records),
        page_links=PageLinks(records),
        early_pages=EarlyPages(records),
        outages=Outages(records),
        outside_answers=OutsideAnswers(records),
        updates=Updates(records),
        update_edits=UpdateEdits(records),
        closures=Closures(records),
        waivers=Waivers(records, people),
        customer_questions=CustomerQuestions(records, people),
        customer_answers=CustomerAnswers(records),
        outcomes=outcomes,
        calls=FollowUpCalls(records),
        follow_ups=FollowUps(records, accounts),
        overrides=Overrides(records, people),
        level_requests=LevelRequests(records, people),
        reassessments=Reassessments(records),
        owners=Owners(records),
        on_call=OnCall(database, people, policies),
        absences=Absences(database, people),
        shifts=Shifts(database, people, policies, on_call_watch),
        on_call_watch=on_call_watch,
        page_following=PageFollowing(records),
        feeds=Feeds(database, people, policies),
        settings_audit=SettingsAudit(database, people),
        role_cards=RoleCards(database, people),
        directory_changes=DirectoryChanges(database, people, policies),
        people_import=PeopleImport(database, people),
        programmes=Programmes(records),
        action_items=ActionItems(records),
        carried_over=CarriedOver(records),
        status_calls=status_calls,
        teams=Teams(records),
        sending=TextSender(records, people),
        text_approvals=TextApprovals(records),
        told_logs=ToldLogs(records),
        mail_contents=MailContentsReader(records, people),
        mail_answers=MailAnswers(records, verifications.approve_by_mail, customer_mails, answer_by_mail),
        cards=Cards(records),
        tickets=Tickets(records),
        corrections=Corrections(records, accounts),
        beginnings=Beginnings(records),
        timelines=Timelines(records),
        captures=Captures(records),
        reviews=PostIncidentReviews(records, people),
        publications=Publications(records, people),
        learnings=learnings,
        case_studies=case_studies,
        refreshers=Refreshers(records, policies, case_studies),
        success_packs=success_packs,
        catch_ups=CatchUps(records),
        categories=Categories(records),
        churn_risks=ChurnRisks(records),
        case_reviews=CaseReviews(records),
        patterns=PatternWatch(records),
        causes=Causes(database),
        incidents=Incidents(records),
        status_pages=StatusPages(records),
        channels=Channels(records),
        timer_runner=TimerRunner(records),
        drills=Drills(database, people, policies),
        digests=digests,
        digest_readers=DigestReaders(records, people, digests, sponsor_digests),
        sponsor_digests=sponsor_digests,
        hot_lists=hot_lists,
        executive_asks=ExecutiveAsks(records, people),
        link_previews=LinkPreviews(records, people),
        nudges=Nudges(records, people),
        standing=StandingTimers(digests, hot_lists, (learnings, sponsor_digests)),
        trainees=Trainees(records, people, policies),
        audit=Audit(records, people),
        retention=Retention(records, keep_effects),
        audits=Audits(records),
        export=Export(database, policies),
        measures=measures,
        reports=reports,
        charts=Charts(records, people),
        headline=Headline(reports, people),
        ticket_volumes=TicketVolumes(database),
        intakes=Intakes(records),
        record_files=RecordFiles(records),
        verifications=verifications,
        exit_criteria=ExitCriteria(records),
        watches=Watches(records),
        waits=Waits(records),
        checklists=Checklists(records),
        tracked_messages=TrackedMessages(records),
        external_messages=ExternalMessages(records),
        memberships=Memberships(records),
        channel_troubles=ChannelTroubles(records),
        admissions=Admissions(database, people),
        burst_queue=BurstQueue(core, declarations),
        successors=Successors(records),
        policy_history=PolicyHistory(database, policies),
        replicas=Replicas(database, policies, service_settings),
        policy_owner=policy_owner,
        places=Places(policy_owner),
        simulations=Simulations(database),
    )
