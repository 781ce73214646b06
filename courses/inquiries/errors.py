"""Why a request about a mark, or its answer, is not taken."""

from datetime import datetime

from courses.attempts.errors import AttemptRefused
from courses.texts import both


class InquiryRefused(AttemptRefused):
    """`code` for programs, `text` for people."""


def not_offered() -> InquiryRefused:
    return InquiryRefused("requests_not_offered", both(
        "In this course requests about marks are not made here. Speak with your instructor.",
        "Dans ce cours, les demandes au sujet des notes ne se font pas ici. Parlez-en à l'enseignant.",
    ))  # fmt: skip


def no_mark() -> InquiryRefused:
    return InquiryRefused("no_mark", both(
        "There is no mark to ask about yet.", "Il n'y a pas encore de note au sujet de laquelle demander.",
    ))  # fmt: skip


def window_closed(at: datetime) -> InquiryRefused:
    return InquiryRefused("request_window_closed", both(
        "Until {at:%Y-%m-%d %H:%M} (UTC) you could ask about this mark; that time is over. "
        "Your instructor can still look at it.",
        "Vous pouviez demander au sujet de cette note jusqu'au {at:%d/%m/%Y à %H:%M} (UTC) ; ce délai est passé. "
        "Votre enseignant peut encore la revoir.",
        at=at,
    ))  # fmt: skip


def already_open() -> InquiryRefused:
    return InquiryRefused("request_open", both(
        "You have asked about this already, and the request is open. Write there.",
        "Vous avez déjà demandé à ce sujet, et la demande est en cours. Écrivez-y.",
    ))  # fmt: skip


def already_answered() -> InquiryRefused:
    return InquiryRefused("request_answered", both(
        "You have asked about this already, and it was answered. The mark has not changed by anything else since.",
        "Vous avez déjà demandé à ce sujet, et une réponse a été donnée. La note n'a pas changé autrement depuis.",
    ))  # fmt: skip


def unknown_criterion() -> InquiryRefused:
    return InquiryRefused("unknown_criterion", both(
        "This mark has no such criterion.", "Cette note n'a pas de tel critère.",
    ))  # fmt: skip


def words_missing() -> InquiryRefused:
    return InquiryRefused("words_missing", both("Write a few words.", "Écrivez quelques mots."))


def ended() -> InquiryRefused:
    return InquiryRefused("request_ended", both(
        "This request has ended. Nothing was saved.", "Cette demande est close. Rien n'a été enregistré.",
    ))  # fmt: skip


def first_grader() -> InquiryRefused:
    return InquiryRefused("first_grader", both(
        "You decided the mark that the student asks about, and another grader can look at it. "
        "An instructor may let you answer all the same.",
        "Vous avez décidé la note dont il s'agit, et une autre personne peut la revoir. "
        "Un enseignant peut tout de même vous laisser répondre.",
    ))  # fmt: skip


def taken(name: str) -> InquiryRefused:
    return InquiryRefused("request_taken", both(
        "{name} has taken this request.", "{name} a pris cette demande.", name=name,
    ))  # fmt: skip


def changed() -> InquiryRefused:
    return InquiryRefused("request_changed", both(
        "The mark has changed since you opened this page. Nothing was saved: look at it and answer again.",
        "La note a changé depuis que vous avez ouvert cette page. Rien n'a été enregistré : voyez-la, puis répondez.",
    ))  # fmt: skip


def would_fall() -> InquiryRefused:
    return InquiryRefused("would_fall", both(
        "A request does not lower a mark. An instructor may do so, and says it expressly.",
        "Une demande ne fait pas baisser une note. Un enseignant le peut, en le disant expressément.",
    ))  # fmt: skip


def incomplete() -> InquiryRefused:
    return InquiryRefused("incomplete", both(
        "A criterion that counts has no score yet: give it one, or set the whole mark.",
        "Un critère qui compte n'a pas encore de note : donnez-la, ou fixez la note entière.",
    ))  # fmt: skip


def out_of_range() -> InquiryRefused:
    return InquiryRefused("out_of_range", both(
        "A score lies between 0 and 1.", "Une note est comprise entre 0 et 1.",
    ))  # fmt: skip
