import random
from datetime import timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import CheckCount
from tongban.platform.seals import services as seals

pytestmark = pytest.mark.django_db


@pytest.fixture
def pdf(give):
    return storage.read(give().document.blob)


@pytest.mark.requirement("PLT-A-03")
def test_the_original_is_confirmed_with_who_what_and_until_when(give, pdf):
    verdict = licences.verify_file(pdf)

    assert verdict.genuine
    assert verdict.reliable
    assert verdict.licence == give()
    assert "云泽市市场监督管理局" in verdict.signer


def test_one_changed_byte_is_refused_with_the_reason(pdf):
    chance = random.Random(20261122)
    for place in sorted(chance.sample(range(len(pdf)), 25)):
        changed = pdf[:place] + bytes([pdf[place] ^ 0x01]) + pdf[place + 1 :]

        verdict = licences.verify_file(changed, actor=SYSTEM)

        assert not verdict.genuine, place
        assert verdict.problems, place


def test_a_changed_file_says_which_original_to_look_at(give, pdf):
    verdict = licences.verify_file(pdf + b"\n% added")

    assert not verdict.genuine
    assert verdict.claims == give()
    assert verdict.licence is None


def test_a_decision_letter_is_confirmed_as_well(market, hexiang):
    letter = documents.compose("# 决定书\n\n准予许可。\n\n> 云泽市市场监督管理局\n> 2026年11月22日", {}, title="决定书")
    sealed = seals.apply(actor=SYSTEM, department=market, pdf=letter, reason="决定书", subject="case:1")
    documents.keep_issued(owner=hexiang, kind="grant", title="决定书", pdf=sealed, source=market.name)

    verdict = licences.verify_file(sealed)

    assert verdict.reliable
    assert verdict.document.title == "决定书"


def test_a_sealed_file_that_was_never_issued_is_not_confirmed(market):
    letter = documents.compose("# 草稿\n\n> 云泽市市场监督管理局", {}, title="草稿")
    sealed = seals.apply(actor=SYSTEM, department=market, pdf=letter, reason="试", subject="test")

    verdict = licences.verify_file(sealed)

    assert not verdict.genuine
    assert verdict.problems


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"not a pdf", b"\x00" * 1000])
def test_anything_else_is_refused_politely(content):
    verdict = licences.verify_file(content)

    assert not verdict.genuine
    assert verdict.problems


def test_empty_and_enormous_files_are_refused():
    with pytest.raises(storage.Empty):
        licences.verify_file(b"")
    with pytest.raises(storage.TooLarge):
        licences.verify_file(b"x" * (licences.MAX_FILE_BYTES + 1))


def test_the_code_and_the_identifier_find_the_licence(give):
    licence = give()

    assert licences.verify_token(licence.token.lower()).licence == licence
    assert licences.verify_identifier(licence.identifier).licence == licence
    assert not licences.verify_identifier(licence.identifier[:-1] + "?").genuine


@pytest.mark.found("B9")
def test_the_number_on_the_face_and_the_holder_find_the_licence(give):
    licence = give()
    wrong_figure = licence.number[:-1] + str((int(licence.number[-1]) + 1) % 10)

    assert licences.verify_typed(f" {licence.number.lower()} ", "云泽市禾香餐饮有限公司").licence == licence
    assert licences.verify_number(licence.number, "云泽市青竹酒店").outcome == "unknown"
    assert licences.verify_number("JY29901000000022", "云泽市禾香餐饮有限公司").outcome == "unknown"
    assert licences.verify_number(wrong_figure, "云泽市禾香餐饮有限公司").outcome == "mistyped"
    with pytest.raises(licences.HolderMissing):
        licences.verify_typed(licence.number)


@pytest.mark.found("B9")
@pytest.mark.parametrize("said", ["1.2.156.3005.2.x", "ABC", "核验", "UUUUUUUUUUUU"])
def test_what_was_mistyped_is_not_called_forged(said):
    verdict = licences.verify_typed(said)

    assert verdict.outcome == "mistyped"
    assert verdict.problems


@pytest.mark.found("B9")
def test_a_wrong_check_character_is_a_typing_error(give):
    identifier = give().identifier
    other = "0" if identifier[-1] != "0" else "1"

    assert licences.verify_typed(identifier[:-1] + other).outcome == "mistyped"
    assert licences.verify_typed(identifier).outcome == "genuine"


@pytest.mark.found("B9")
def test_outcomes_are_told_apart(give, pdf, market):
    assert licences.verify_file(pdf).outcome == "genuine"
    assert licences.verify_file(pdf + b"\n% added").outcome == "not_genuine"
    assert licences.verify_file(pdf[:-400]).outcome == "not_genuine"
    assert licences.verify_file(documents.compose("# 收据", {}, title="收据", seal=False)).outcome == "unknown"
    assert licences.verify_token("0123456789AB").outcome == "unknown"
    licences.suspend(actor=SYSTEM, licence=give(), reason="举报查实")
    assert licences.verify_token(give().token).outcome == "not_valid"


@pytest.mark.found("B9")
def test_a_letters_code_confirms_that_letter_and_no_changed_row(market, hexiang):
    token = "7K3M9QX2ABCD"
    letter = documents.compose("# 决定书\n\n> 云泽市市场监督管理局", {}, title="决定书", qr=licences.address(token))
    sealed = seals.apply(actor=SYSTEM, department=market, pdf=letter, reason="决定书", subject="case:1")
    kept = documents.keep_issued(
        owner=hexiang, kind="grant", title="决定书", pdf=sealed, source=market.name, token=token
    )

    assert licences.verify_typed("7k3m-9qx2-abcd").document == kept
    assert licences.verify_file(sealed + b"%").claims == kept
    kept.title = "准予许可决定书"
    kept.save()
    assert licences.verify_token(token).outcome == "not_genuine"


@pytest.mark.parametrize("step", [licences.suspend, licences.revoke, licences.cancel])
def test_what_is_genuine_but_over_is_not_reliable(give, pdf, step):
    step(actor=SYSTEM, licence=give(), reason="举报查实")

    for verdict in (licences.verify_file(pdf), licences.verify_token(give().token)):
        assert verdict.genuine
        assert not verdict.reliable
        assert verdict.problems
        assert "举报" not in "".join(verdict.problems)


def test_every_check_is_in_the_journal_with_its_outcome(give, pdf):
    licences.verify_token(give().token)
    licences.verify_file(pdf + b"x")

    facts = [fact.data for fact in Fact.objects.filter(name="licences.LicenceVerified").order_by("pk")]
    assert [(fact["way"], fact["outcome"], fact["what"]) for fact in facts] == [
        ("code", "genuine", give().identifier),
        ("file", "refused", give().identifier),
    ]


def test_whoever_only_guesses_is_slowed_down(settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 3
    guesser = Actor("anonymous", address="203.0.113.7")

    for _ in range(4):
        assert not licences.verify_token("NOSUCHTOKEN1", actor=guesser).genuine
    with pytest.raises(identity.TooManyAttempts):
        licences.verify_token("NOSUCHTOKEN1", actor=guesser)


def test_who_guesses_on_learns_nothing_and_fills_no_journal(give, pdf, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 3
    guesser, licence = Actor("anonymous", address="203.0.113.7"), give()
    with clock.at(clock.now()):
        for _ in range(4):
            licences.verify_token("NOSUCHTOKEN1", actor=guesser)

        for check, what in (
            (licences.verify_token, licence.token),
            (licences.verify_identifier, licence.identifier),
            (licences.verify_file, pdf),
        ):
            with pytest.raises(identity.TooManyAttempts):
                check(what, actor=guesser)

    assert Fact.objects.named("licences.LicenceVerified").count() == 4


def test_whoever_checks_real_licences_never_waits(give, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 1
    inspector, licence = Actor("anonymous", address="203.0.113.7"), give()
    with clock.at(clock.now()):
        assert all(licences.verify_token(licence.token, actor=inspector).genuine for _ in range(5))


@pytest.mark.found("S-M9")
def test_identifiers_cannot_be_counted_up_though_they_hit(give, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 3
    curious, licence = Actor("anonymous", address="203.0.113.7"), give()
    with clock.at(clock.now()):
        for _ in range(4):
            assert licences.verify_identifier(licence.identifier, actor=curious).genuine

        with pytest.raises(identity.TooManyAttempts):
            licences.verify_identifier(licence.identifier, actor=curious)
        assert licences.verify_token(licence.token, actor=Actor("anonymous", address="198.51.100.7")).genuine


@pytest.mark.found("S-M10")
def test_forged_files_that_name_a_known_licence_are_attempts(pdf, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 2
    forger = Actor("anonymous", address="203.0.113.7")
    with clock.at(clock.now()):
        for number in range(3):
            assert licences.verify_file(pdf + b"%d" % number, actor=forger).claims

        with pytest.raises(identity.TooManyAttempts):
            licences.verify_file(pdf + b"%", actor=forger)


@pytest.mark.found("S-M10")
def test_whoever_checks_the_same_on_and_on_is_counted(give, settings):
    anyone, licence = Actor("anonymous", address="203.0.113.7"), give()

    for _ in range(50):
        assert licences.verify_token(licence.token, actor=anyone).genuine
    licences.record_counted_checks()
    licences.record_counted_checks()

    single = Fact.objects.filter(name="licences.LicenceVerified")
    again = [fact.data for fact in Fact.objects.filter(name="licences.LicenceVerifiedAgain")]
    assert single.count() == settings.LICENCES_CHECKS_RECORDED_INDIVIDUALLY
    assert again == [
        {
            "way": "code",
            "outcome": "genuine",
            "what": licence.identifier,
            "times": 50 - settings.LICENCES_CHECKS_RECORDED_INDIVIDUALLY,
        }
    ]


@pytest.mark.found("S-M10")
def test_after_an_hour_a_check_has_a_fact_of_its_own_again(give, settings):
    settings.LICENCES_CHECKS_RECORDED_INDIVIDUALLY = 1
    anyone, licence, now = Actor("anonymous", address="203.0.113.7"), give(), clock.now()
    for minutes in (0, 1, 62):
        with clock.at(now + timedelta(minutes=minutes)):
            licences.verify_token(licence.token, actor=anyone)
            licences.record_counted_checks()

    assert Fact.objects.filter(name="licences.LicenceVerified").count() == 2
    assert CheckCount.objects.count() == 1
