"""Every way to fail, as one tree.

::

    RegistryError
      SettingsError              a setting is unknown or has a wrong form
      SubmissionError            the submitter can mend it
        UnsupportedFormat          the kind of file is not accepted
        UnreadableSubmission       the file is not well-formed; carries line and column where known
        SubmissionTooLarge         a limit on size, depth, literals, IRIs or blank nodes is passed
        EntryMalformed             an entry in JSON has not its form; carries every place
        NotAdmitted                a triple is outside what a submission may say; carries the triple
        ProfileFault               the data-entry profile is not met; carries every fault, and its place where known
          SheetFault                 cells of a workbook are at fault; carries each cell with its sentences
      NotFound                   what was asked for does not exist here
        UnknownAccount · UnknownCase · UnknownCriterion · UnknownDraft · UnknownEvidence · UnknownKind · UnknownPeer
        UnknownOrigin · UnknownRecord · UnknownRelease, and below it NoReleaseYet: nothing was published yet
      EvidenceRefused            a file of evidence is not taken, or may not become public
      KeyReused · RequestUnderWay · RegistryRefused · PeerAnswerRefused · HarvestRefused · HarvestUnfinished · PeerFault
      WitnessError               a head of a ledger is not taken or not cosigned: AddCheckpointMalformed
        HeadNotSigned · HeadMoved · ProofRefused · SplitView · WentBack · CosignatureRefused
      DraftChanged               somebody else saved the draft in the meantime; carries the version that stands
      QueryError · QueryLimitPassed  the asker's SPARQL is wrong (line and column), or holds more than is allowed
      TooManyRequests            a client has had its share of this minute; carries when to come back
      CaseError                  a step of a case cannot be taken; carries what may be done instead
        IllegalTransition          the case does not stand where the step is possible, or a condition is not met
          TooEarly                   the time that must pass before is not over
          TooLate                    the time for the step is over
        NotPermitted               whoever asks has not the role, the city or the seat for the step
          SeparationOfDuty           the person would have two roles that exclude each other
          ConflictOfInterest         a tie to the city bars the person; carries the rule
        StepIncomplete             what the step needs is missing or wrong
          ReasonMissing              the step needs a reason
      MalformedAct               a record of a case cannot be read as an act
      ReleaseError · BrokenDraft · MirrorRefused · MirrorReadsOnly  of releases, drafts of the standard and mirrors
      LedgerError                an event cannot be recorded, or a record cannot be taken as it is
        MalformedRecord            an envelope, a checkpoint or an export has not the form it must have
        LedgerConflict             the case has moved on since it was read; carries its latest hash
        BackDated                  an event would be older than what was recorded before it, or newer than now
        LedgerDamaged              what is stored is not what was recorded
        LedgerKeyChanged           the ledger is signed with another key than this installation has
      AccountError               what is asked of an account cannot be done
        PasswordRefused            a new password is too short or would be guessed
        CredentialsRefused         a password, a code or a token is wrong or not valid any more
        NotSignedIn                only somebody who has signed in may do this
        AccessDenied               who has signed in may not do this
        FormExpired                a form did not come from a page of ours, or too late
      FetchError                 what lies at an address on the web could not be had; FetchTimeLimitPassed
        AddressRefused · Unreachable · BrokenAnswer · AskedToWait · RedirectRefused · MediaTypeRefused · FetchTooLarge
      PortError                  the world outside failed; trying again may help
        ValidatorError · EnginesDiffer  the SHACL engine could not judge, or two engines judge differently
        StoreError · StoreUnavailable · ReleaseNotInStore · StoreAnswerRefused  the store could not answer
        LedgerUnavailable · LedgerStopped  another writer holds the ledger's database; a write failed
        AccountsUnavailable · ProviderUnavailable  of accounts: the database, the identity provider gives no answer
        TimeLimitPassed · MemoryLimitPassed  a limit was passed and the work was stopped
        QueueFull · LongQueriesFull  every query worker is busy, or as many queries run long as may
        EvidenceUnavailable · EvidenceDamaged · CheckRunning · HarvestRunning, of evidence and peers; WitnessUnavailable
        AskerGone · AnswerTooLarge  who asked has gone; the whole answer has more bytes than may be sent

Others stand in the modules of ``registry`` whose names end in ``_errors``.
A message is one sentence: what is wrong, where, what to do.
"""

from functools import partial
from typing import ClassVar

from registry.mending import Mending
from registry.model import ProfileResult
from registry.sheets import CellPlace


class RegistryError(Exception):
    """Anything the registry says no to; ``code`` is stable and documented, ``exit_code`` is the command line's."""

    code: ClassVar[str] = "registry-error"
    exit_code: ClassVar[int] = 2


class SettingsError(RegistryError):
    """A setting is unknown or its value has a wrong form."""

    code = "settings-error"


class SubmissionError(RegistryError):
    """The file cannot be taken as it is; whoever sent it can mend it, by ``mending`` where that was looked for."""

    code = "submission-error"
    mending: Mending | None = None


class UnsupportedFormat(SubmissionError):
    """The kind of file is not accepted."""

    code = "unsupported-format"


class UnreadableSubmission(SubmissionError):
    """The file is not well-formed; ``line`` and ``column`` count from 1 where they are known."""

    code = "unreadable-submission"

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column

    def __reduce__(self) -> tuple[object, ...]:
        return (partial(UnreadableSubmission, line=self.line, column=self.column), (str(self),))


class SubmissionTooLarge(SubmissionError):
    """A limit on size, depth, literals, IRIs or blank nodes is passed."""

    code = "submission-too-large"


class NotAdmitted(SubmissionError):
    """A triple says something that a submission may not say."""

    code = "not-admitted"


class ProfileFault(SubmissionError):
    """The data-entry profile is not met; ``faults`` lists every fault as a sentence.

    ``results`` are what the profile's shapes found, with node, path and value; empty where no shape was asked.
    """

    code = "profile-fault"

    def __init__(self, message: str, faults: tuple[str, ...] = (), results: tuple[ProfileResult, ...] = ()) -> None:
        super().__init__(message, faults, results)
        self.faults = faults
        self.results = results

    def __str__(self) -> str:
        return str(self.args[0])


class SheetFault(ProfileFault):
    """Cells of a workbook are at fault; ``cells`` gives each cell with its sentences, ``faults`` both in one."""

    code = "sheet-fault"

    def __init__(self, message: str, cells: tuple[tuple[CellPlace, str], ...] = ()) -> None:
        faults = tuple(f"{cell}: {sentence}" for cell, sentence in cells)
        super().__init__("\n".join([message, *(f"- {fault}" for fault in faults)]), faults)
        self.cells = cells

    def __reduce__(self) -> tuple[object, ...]:
        return (SheetFault, (str(self).partition("\n")[0], self.cells), vars(self))


class NotFound(RegistryError):
    """What was asked for does not exist here."""

    code = "not-found"


class UnknownCase(NotFound):
    """There is no case of this name."""

    code = "unknown-case"


class UnknownCriterion(NotFound):
    """No criterion has this slug or number."""

    code = "unknown-criterion"


class UnknownDraft(NotFound):
    """No draft has this identifier, or no such version of it is kept."""

    code = "unknown-draft"


class UnknownKind(NotFound):
    """What was given to be checked is nothing that can be checked."""

    code = "unknown-kind"


class UnknownRecord(NotFound):
    """The ledger holds no payload of this hash, no event of this number or no tree of this size."""

    code = "unknown-record"


class UnknownRelease(NotFound):
    """No kept release has this identifier, or none is as old as the day asked for."""

    code = "unknown-release"


class NoReleaseYet(UnknownRelease):
    """Nothing was published yet."""

    code = "no-release-yet"


class DraftChanged(RegistryError):
    """Somebody else saved the draft since it was read; ``version`` is the one that stands."""

    code = "draft-changed"

    def __init__(self, message: str, *, version: int = 0) -> None:
        super().__init__(message)
        self.version = version


class QueryError(RegistryError):
    """The SPARQL text is wrong or asks for what is refused; ``line`` and ``column`` count from 1 where known."""

    code = "query-error"

    def __init__(self, message: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class QueryLimitPassed(QueryError):
    """The query holds more of something than is allowed; ``limit`` is its name, ``most`` its number."""

    code = "query-limit-passed"

    def __init__(
        self, message: str, *, limit: str = "", most: int = 0, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message, line=line, column=column)
        self.limit = limit
        self.most = most


class TooManyRequests(RegistryError):
    """A client has had its share of this minute; ``retry_seconds`` says when it has one again."""

    code = "too-many-requests"

    def __init__(self, message: str, *, retry_seconds: int = 60) -> None:
        super().__init__(message)
        self.retry_seconds = retry_seconds


class ReleaseError(RegistryError):
    """A release cannot be built or opened."""

    code = "release-error"


class LedgerError(RegistryError):
    """An event cannot be recorded, or a record cannot be taken as it is."""

    code = "ledger-error"


class MalformedRecord(LedgerError):
    """An envelope, a checkpoint or an export has not the form it must have."""

    code = "malformed-record"


class LedgerConflict(LedgerError):
    """The case has moved on since it was read; ``latest`` is the hash of its last event, None when it has none."""

    code = "ledger-conflict"

    def __init__(self, message: str, *, latest: str | None = None) -> None:
        super().__init__(message)
        self.latest = latest


class BackDated(LedgerError):
    """An event would be older than what was recorded before it, or newer than now."""

    code = "back-dated"


class LedgerDamaged(LedgerError):
    """What is stored is not what was recorded."""

    code = "ledger-damaged"


class PortError(RegistryError):
    """The world outside failed; trying again may help."""

    code = "port-error"


class ValidatorError(PortError):
    """The SHACL engine could not judge; this is never a verdict."""

    code = "validator-error"


class StoreError(PortError):
    """The store could not answer."""

    code = "store-error"


class LedgerUnavailable(PortError):
    """The ledger's database cannot be reached, or another writer holds it; nothing was recorded."""

    code = "ledger-unavailable"


class LedgerStopped(PortError):
    """A write failed; nothing more is recorded until the ledger is opened again."""

    code = "ledger-stopped"


class TimeLimitPassed(PortError):
    """The deadline passed and the work was stopped."""

    code = "time-limit-passed"


class MemoryLimitPassed(PortError):
    """The memory limit passed and the work was stopped."""

    code = "memory-limit-passed"


class QueueFull(PortError):
    """Every query worker is busy, and none came free in time."""

    code = "queue-full"


class LongQueriesFull(QueueFull):
    """As many queries run long as may; a short one would be answered."""

    code = "long-queries-full"


class AskerGone(PortError):
    """Who asked has gone, and the work was stopped."""

    code = "asker-gone"


class AnswerTooLarge(PortError):
    """The whole answer has more bytes than may be sent."""

    code = "answer-too-large"
