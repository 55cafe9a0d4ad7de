from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotAllowed, NotFound
from tongban.infrastructure.storage import services as storage
from tongban.platform.notices.models import Notice
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest, RequestAction, RequestFile
from tongban.platform.requests.rules import positions, steps
from tongban.platform.requests.tests.conftest import an_order, bureau, work_done
from tongban.platform.requests.tests.pictures import photograph
from tongban.platform.workflow.models import Task


def assigned(city, received):
    return requests.assign(actor=city.actor("receptionist"), request=received.request, department=bureau(), revision=1)


def test_a_request_goes_from_the_person_to_the_answer_and_is_rated(city, received):
    request = assigned(city, received)
    handler = city.actor("handler")
    request = requests.begin(actor=handler, request=request)
    request = requests.answer(actor=handler, request=request, words="已责令清理，现场已恢复。")
    request = requests.rate(actor=city.actor("citizen"), request=request, grade=5, solved=True)
    request = requests.close(actor=city.actor("receptionist"), request=request)

    assert (request.state, request.grade, request.solved) == ("closed", 5, True)
    done = list(RequestAction.objects.of(request).values_list("step", flat=True))
    assert done == ["receive", "assign", "begin", "answer", "rate", "close"]
    assert Notice.objects.filter(subject=request.subject).count() == 1


def test_the_words_the_place_and_the_code_do_not_rest_in_the_open(received, django_assert_num_queries):
    row = PublicRequest.objects.filter(pk=received.request.pk).values()[0]

    assert "挡住" not in str(row["words"])
    assert "柳岸街" not in str(row["address"])
    assert received.code not in row["code_digest"]
    assert len(received.code) == 10


def test_the_same_key_again_is_the_first_request_with_the_same_code(city):
    actor = city.actor("citizen")
    first = requests.receive(actor=actor, order=an_order(key="phone-1"), photos=[photograph()])
    again = requests.receive(actor=actor, order=an_order(key="phone-1", words="另一句"))

    assert again == (first.request, first.code, True)
    assert requests.receive(actor=city.actor("agent"), order=an_order(key="phone-1")).request != first.request


def test_a_stranger_cannot_guess_a_key_and_get_a_code(city):
    first = requests.receive(actor=ANONYMOUS, order=an_order(key="1"))
    again = requests.receive(actor=ANONYMOUS, order=an_order(key="1"))

    assert again.request != first.request
    assert again.code != first.code


def test_what_a_phone_kept_for_a_day_keeps_its_time(city):
    said = clock.now() - timedelta(days=1)
    made = requests.receive(actor=city.actor("citizen"), order=an_order(said_at=said)).request
    ahead = requests.receive(actor=city.actor("citizen"), order=an_order(said_at=clock.now() + timedelta(days=1)))

    assert made.said_at == said
    assert made.received_at > said
    assert ahead.request.said_at == ahead.request.received_at


def test_nobody_is_kept_with_an_anonymous_report(city):
    made = requests.receive(actor=city.actor("citizen"), order=an_order(anonymous=True), photos=[photograph()]).request

    assert made.party_id is None
    fact = Fact.objects.get(subject=made.subject)
    assert (fact.account, fact.actor, fact.address) == (None, "", "")
    document = RequestFile.objects.of(made)[0].document
    assert (document.created_by, document.owner_id) == (None, None)


def test_a_code_opens_a_request_and_a_wrong_one_says_no_more_than_a_wrong_number(city, received):
    number, code = received.request.number, received.code

    assert requests.follow(actor=ANONYMOUS, number=f" {number.lower()} ", code=code.lower()) == received.request
    for guess in ((number, "0000000000"), ("26010100000000", code), (number, "")):
        with pytest.raises(requests.NoSuchRequest):
            requests.follow(actor=ANONYMOUS, number=guess[0], code=guess[1])


def test_hostile_text_is_kept_as_text_and_what_is_wrong_is_said_by_field(city):
    words = "<script>alert(1)</script>\u202e店外\x00经营"
    made = requests.receive(actor=city.actor("citizen"), order=an_order(words=words)).request
    assert made.words == "<script>alert(1)</script>店外 经营"

    with pytest.raises(Invalid) as refused:
        requests.receive(
            actor=city.actor("citizen"),
            order=an_order(words=" \n ", kind="rumour", place=requests.RequestPlace("", 30.0, None), title="长" * 61),
        )
    assert set(refused.value.errors) == {"words", "kind", "position", "title"}


def test_a_photo_is_what_its_content_says_and_a_refused_one_leaves_no_request(city):
    before = PublicRequest.objects.count()
    for content in (b"MZ\x90\x00 not a picture", b""):
        fake = photograph("IMG.jpg")
        fake.file.truncate(0)
        fake.file.seek(0)
        fake.file.write(content)
        fake.file.seek(0)
        with pytest.raises(storage.FileRefused):
            requests.receive(actor=city.actor("citizen"), order=an_order(), photos=[fake])
    with pytest.raises(requests.TooManyPhotos):
        requests.receive(actor=city.actor("citizen"), order=an_order(), photos=[photograph()] * 6)

    assert PublicRequest.objects.count() == before


def test_two_officials_cannot_undo_each_other(city, received):
    assigned(city, received)

    with pytest.raises(Conflict):
        requests.decline(actor=city.actor("receptionist"), request=received.request, words="重复", revision=1)


@pytest.mark.parametrize("who", ["citizen", "stranger", "handler", "other_handler", "clerk"])
def test_only_the_office_assigns(city, received, who):
    with pytest.raises(NotAllowed):
        requests.assign(actor=city.actor(who), request=received.request, department=bureau())


@pytest.mark.parametrize("who", ["citizen", "receptionist", "other_handler", "agent"])
def test_only_the_department_answers(city, received, who):
    request = assigned(city, received)
    with pytest.raises(NotAllowed):
        requests.answer(actor=city.actor(who), request=request, words="已办。")


def test_a_department_hands_back_what_is_not_its_own(city, received):
    request = assigned(city, received)
    with pytest.raises(requests.WordsMissing):
        requests.hand_back(actor=city.actor("handler"), request=request, words=" ")
    request = requests.hand_back(actor=city.actor("handler"), request=request, words="属于卫生部门职责。")

    assert request.state == "received"


def test_it_is_reopened_once(city, received):
    request, citizen = assigned(city, received), city.actor("citizen")
    request = requests.answer(actor=city.actor("handler"), request=request, words="已办。")
    request = requests.reopen(actor=citizen, request=request, words="还在那里。")
    assert (request.state, request.department_id) == ("reopened", None)
    request = requests.assign(actor=city.actor("receptionist"), request=request, department=bureau())
    request = requests.answer(actor=city.actor("handler"), request=request, words="已再次清理。")

    with pytest.raises(requests.ReopenedAlready):
        requests.reopen(actor=citizen, request=request, words="又来了。")


def test_only_whose_it_is_reopens_rates_and_withdraws_or_who_has_the_code(city, received):
    for who in ("stranger", "agent", "receptionist"):
        with pytest.raises(NotAllowed):
            requests.withdraw(actor=city.actor(who), request=received.request)
    with pytest.raises(NotAllowed):
        requests.withdraw(actor=ANONYMOUS, request=received.request, code="0000000000")

    assert requests.withdraw(actor=ANONYMOUS, request=received.request, code=received.code).state == "withdrawn"


def test_a_doubled_report_is_merged_and_its_person_is_told_what_becomes_of_the_first(city, received):
    second = requests.receive(actor=city.actor("stranger"), order=an_order(public=True)).request
    office = city.actor("receptionist")
    with pytest.raises(requests.WithItself):
        requests.merge(actor=office, request=second, into=second, words="同一件")
    second = requests.merge(actor=office, request=second, into=received.request, words="同一地点、同一问题。")
    first = assigned(city, received)
    requests.answer(actor=city.actor("handler"), request=first, words="已清理。")

    assert (second.state, second.duplicate_of_id) == ("merged", first.pk)
    assert PublicRequest.objects.get(pk=first.pk).supporters == 1
    told = Notice.objects.filter(party=city.people["stranger"]).values_list("title", flat=True)
    assert f"您的诉求{first.number}已答复" in list(told)


def test_me_too_counts_once_and_only_what_is_public_can_be_supported(city, received):
    stranger = city.actor("stranger")
    for _time in range(2):
        requests.support(actor=stranger, request=received.request, supports=True, follows=True)
    assert PublicRequest.objects.get(pk=received.request.pk).supporters == 1
    requests.support(actor=stranger, request=received.request, supports=False, follows=False)
    assert PublicRequest.objects.get(pk=received.request.pk).supporters == 0

    secret = requests.receive(actor=city.actor("citizen"), order=an_order(public=False)).request
    with pytest.raises(NotFound):
        requests.support(actor=stranger, request=secret, supports=True, follows=True)
    with pytest.raises(requests.YourOwn):
        requests.support(actor=city.actor("citizen"), request=received.request, supports=True, follows=True)


def test_everybody_reads_published_words_only_and_a_wish_for_confidence_stands(city, received):
    office = city.actor("receptionist")
    assert requests.public_view(received.request).words == ""
    shown = requests.publish(actor=office, request=received.request, words="人行道被占用。")
    assert requests.public_view(shown).words == "人行道被占用。"

    secret = requests.receive(actor=city.actor("citizen"), order=an_order(public=False)).request
    with pytest.raises(requests.WishedConfidential):
        requests.publish(actor=office, request=secret, words="人行道被占用。")


def test_a_contact_is_read_for_a_purpose_and_that_is_recorded(city, received):
    office = city.actor("receptionist")
    with pytest.raises(requests.ContactWithoutPurpose):
        requests.read_contact(actor=office, request=received.request, purpose=" ")
    with pytest.raises(NotFound):
        requests.read_contact(actor=city.actor("handler"), request=received.request, purpose="联系")

    assert requests.read_contact(actor=office, request=received.request, purpose="核实地点").name == "林晓云"
    assert Fact.objects.filter(name="requests.RequestContactRead", reason="核实地点").count() == 1


def test_the_to_do_list_shows_whoever_has_to_act(city, received):
    def waiting():
        work_done()
        return list(Task.objects.of(received.request.subject).open().values_list("duty", "department__key"))

    assert waiting() == [("requests.receive", "government-services")]
    request = assigned(city, received)
    assert waiting() == [("requests.handle", "market-regulation")]
    requests.answer(actor=city.actor("handler"), request=request, words="已清理。")
    assert waiting() == []


def test_every_step_of_the_table_leads_on_and_every_state_can_be_reached():
    course = requests.course()
    reached, waiting = {"received"}, ["received"]
    while waiting:
        state = waiting.pop()
        for step in course.steps.values():
            if state in step.before and step.to not in reached:
                reached.add(step.to)
                waiting.append(step.to)

    assert reached == set(course.states)
    idle = [key for key, one in course.states.items() if one.waits != "department"]
    assert not any(course.possible(key, "department") for key in idle)
    row = {"key": "x", "name": "", "english": "", "from": ["nowhere"], "to": "nowhere", "by": "office"}
    with pytest.raises(ValueError, match="nowhere"):
        steps.read({"state": [], "step": [row]})


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_what_lies_within_a_distance_lies_in_the_box(latitude, longitude, north, east):
    distance = positions.metres(latitude, longitude, latitude + north, longitude + east)
    box = positions.around(latitude, longitude, distance + 0.01)

    assert box.south <= latitude + north <= box.north
    assert box.west <= longitude + east <= box.east


@pytest.mark.parametrize(
    ("position", "fault"),
    [
        ((None, None, ""), ""),
        ((30.0, None, "WGS84"), "half"),
        ((30.0, 104.0, "BD-09"), "system"),
        ((91.0, 104.0, "WGS84"), "range"),
        ((float("nan"), 104.0, "WGS84"), "range"),
        ((30.0, 104.0, "CGCS2000"), ""),
    ],
)
def test_a_position_is_whole_and_on_the_earth(position, fault):
    assert positions.fault(*position) == fault
