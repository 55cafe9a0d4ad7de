"""From the raised order to the verified one, and whatever may go another way."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.workflow.models import Task
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder, WorkOrderStep
from tongban.platform.workorders.services import PhoneStamp, TimeLimit
from tongban.platform.workorders.tests.conftest import WHO
from tongban.platform.workorders.tests.pictures import photo

HERE = PhoneStamp(latitude=30.5731, longitude=104.0672, accuracy_m=6)
MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


def finished(town, order: WorkOrder, who: str = "crew") -> WorkOrder:
    workorders.add_photo(actor=town.actor(who), order=order, file=photo(), side="after", name="a.jpg", stamp=HERE)
    return workorders.finish(actor=town.actor(who), order=order, words="已修补。", stamp=HERE)


def open_tasks(order: WorkOrder) -> list[tuple[str, str]]:
    return [(task.kind, task.department.key) for task in Task.objects.of(order.name).open()]


def test_an_order_goes_from_hand_to_hand_and_is_closed(town):
    order = town.order(subject="alert:12")
    assert (order.state, open_tasks(order)) == ("new", [("dispatch", "command")])

    order = workorders.dispatch(actor=town.actor("dispatcher"), order=order, department=town.departments["roads"])
    assert (order.state, open_tasks(order)) == ("dispatched", [("handle", "roads")])
    order = workorders.accept(actor=town.actor("crew"), order=order)
    order = workorders.arrive(actor=town.actor("crew"), order=order, stamp=HERE)
    order = finished(town, order)
    assert (order.state, order.in_time, open_tasks(order)) == ("finished", True, [("verify", "watch")])
    order = workorders.verify(actor=town.actor("verifier"), order=order)

    assert (order.state, open_tasks(order)) == ("closed", [])
    moves = [step.move for step in WorkOrderStep.objects.of(order)]
    assert moves == ["raise", "dispatch", "accept", "arrive", "finish", "verify"]
    told = Fact.objects.filter(subject=order.name, name__startswith="workorders.").order_by("pk")
    assert [fact.data.get("origin") for fact in told] == ["alert:12"] * len(told)


def test_what_was_done_in_the_list_is_the_officials_who_did_it(town, handled):
    finished(town, handled)

    done = Task.objects.of(handled.name).done().get(kind="handle")
    assert done.done_by_id == town.accounts["crew"].pk


def test_the_same_key_raises_one_order(town):
    first, second = (town.order(key="alert-12") for _time in range(2))

    assert first.pk == second.pk
    assert WorkOrder.objects.count() == 1


def test_two_dispatchers_on_one_order_the_second_is_refused(town):
    order = town.order()
    seen = order.version
    workorders.dispatch(actor=town.actor("dispatcher"), order=order, department=town.departments["roads"], version=seen)

    with pytest.raises(workorders.OrderChanged):
        workorders.dispatch(
            actor=town.actor("colleague"), order=order, department=town.departments["parks"], version=seen
        )
    with pytest.raises(workorders.NotInThisState):
        workorders.dispatch(actor=town.actor("colleague"), order=order, department=town.departments["parks"])
    assert WorkOrder.objects.get(pk=order.pk).department.key == "roads"


def test_whoever_verifies_an_order_is_not_given_it_to_handle(town):
    order, watch = town.order(), town.departments["watch"]
    with pytest.raises(workorders.VerifierHandles, match="监督中心"):
        workorders.dispatch(actor=town.actor("dispatcher"), order=order, department=watch)
    order = workorders.dispatch(actor=town.actor("dispatcher"), order=order, department=town.departments["roads"])
    with pytest.raises(workorders.VerifierHandles):
        workorders.reroute(actor=town.actor("dispatcher"), order=order, department=watch, words="请就近处置。")

    order.refresh_from_db()
    assert (order.state, order.department.key) == ("dispatched", "roads")


def test_two_of_a_crew_accept_one_order_the_second_is_refused(town, handled):
    with pytest.raises(workorders.NotInThisState):
        workorders.accept(actor=town.actor("mate"), order=handled)
    with pytest.raises(workorders.TakenByAnother):
        workorders.arrive(actor=town.actor("mate"), order=handled)


@pytest.mark.parametrize(("handler", "verifier"), list(product(("crew", "mate", "everything"), WHO)))
def test_whoever_handled_an_order_never_verifies_it(town, handler, verifier):
    order = town.order(department=town.departments["roads"])
    workorders.accept(actor=town.actor(handler), order=order)
    finished(town, order, handler)

    able = verifier in {"verifier", "everything"} and verifier != handler
    if able:
        assert workorders.verify(actor=town.actor(verifier), order=order).state == "closed"
    else:
        with pytest.raises((NotAllowed, workorders.OwnWork)):
            workorders.verify(actor=town.actor(verifier), order=order)


def test_who_accepted_first_does_not_verify_what_another_finished(town):
    order = town.order(department=town.departments["roads"])
    workorders.accept(actor=town.actor("everything"), order=order)
    workorders.reroute(
        actor=town.actor("dispatcher"), order=order, department=town.departments["roads"], words="换人处置"
    )
    workorders.accept(actor=town.actor("crew"), order=order)
    finished(town, order)

    with pytest.raises(workorders.OwnWork):
        workorders.verify(actor=town.actor("everything"), order=order)


def test_an_order_is_not_finished_without_its_evidence(town, handled):
    with pytest.raises(workorders.EvidenceMissing) as refused:
        workorders.finish(actor=town.actor("crew"), order=handled, words="已修补。")

    assert set(refused.value.errors) == {"photos", "latitude"}


def test_a_file_that_is_no_picture_is_no_evidence(town, handled):
    with pytest.raises(Refusal) as refused:
        workorders.add_photo(
            actor=town.actor("crew"), order=handled, file=b"%PDF-1.7 not a picture", side="after", name="a.jpg"
        )
    assert refused.value.status == 422
    assert not handled.photos.exists()


def test_what_is_done_again_goes_back_to_the_crew_with_time_for_it(town, handled):
    order = finished(town, handled)

    order = workorders.send_back(actor=town.actor("verifier"), order=order, words="坑槽未压实。")

    assert (order.state, order.reworks, open_tasks(order)) == ("rework", 1, [("handle", "roads")])
    assert order.due_at == order.handling_due_at > clock.now()
    assert finished(town, order).state == "finished"


def test_an_order_that_is_not_theirs_comes_back_to_the_dispatcher(town, handled):
    order = workorders.return_order(actor=town.actor("crew"), order=handled, words="属园林所管养。")

    assert (order.state, order.handler, open_tasks(order)) == ("returned", None, [("dispatch", "command")])
    order = workorders.dispatch(actor=town.actor("dispatcher"), order=order, department=town.departments["parks"])
    assert order.department.key == "parks"


def test_nothing_is_counted_while_an_order_is_hung_up(town):
    with clock.at(MONDAY):
        order = town.order(department=town.departments["roads"], limit=TimeLimit(8, "workhour"))
        workorders.accept(actor=town.actor("crew"), order=order)
    with clock.at(MONDAY + timedelta(hours=1)):
        order = workorders.hang_up(actor=town.actor("dispatcher"), order=order, words="待产权单位提供图纸")
        assert (order.state, order.due, order.left_minutes) == ("hung_up", None, 7 * 60)
    with clock.at(MONDAY + timedelta(days=30)):
        order = workorders.resume(actor=town.actor("dispatcher"), order=order)

    # Wednesday 10:00 and seven working hours: 2 before noon, 4 after 13:30, 1 the next morning.
    assert order.state == "accepted"
    assert order.due_at == datetime(2026, 4, 2, 2, tzinfo=UTC)


def test_more_time_is_added_where_the_limit_ends(town):
    with clock.at(MONDAY):
        order = town.order(department=town.departments["roads"], limit=TimeLimit(1, "workday"))
        before = order.handling_due_at
        order = workorders.extend(
            actor=town.actor("dispatcher"), order=order, more=TimeLimit(2, "workday"), words="需采购配件"
        )

    assert order.handling_due_at == before + timedelta(days=2)


@pytest.mark.parametrize(
    ("unit", "amount", "due"),
    [
        ("hour", 4, datetime(2026, 2, 28, 13, tzinfo=UTC)),
        ("workhour", 4, datetime(2026, 3, 2, 6, tzinfo=UTC)),
        ("workday", 1, datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)),
    ],
)
def test_limits_count_by_the_calendar_with_its_make_up_days(town, unit, amount, due):
    # Saturday 28 February 2026 is a working day (make-up for the Spring Festival); it is 17:00.
    with clock.at(datetime(2026, 2, 28, 9, tzinfo=UTC)):
        order = town.order(department=town.departments["roads"], limit=TimeLimit(amount, unit))

    assert order.due_at == due


def test_a_doubled_step_from_a_phone_is_one_step(town, handled):
    stamp = PhoneStamp(key="phone-1", at=clock.now())

    first = workorders.arrive(actor=town.actor("crew"), order=handled, stamp=stamp)
    second = workorders.arrive(actor=town.actor("crew"), order=handled, stamp=stamp)

    assert first.version == second.version
    assert WorkOrderStep.objects.of(handled).filter(move="arrive").count() == 1


def test_a_phone_ahead_of_time_is_flagged_and_the_time_of_receipt_counts(town, handled):
    said = clock.now() + timedelta(days=1)

    workorders.arrive(actor=town.actor("crew"), order=handled, stamp=PhoneStamp(key="p", at=said))

    step = WorkOrderStep.objects.sent_with("p")
    assert (step.doubt, step.at) == ("future", said)


def test_what_was_finished_in_time_offline_counts_as_in_time(town):
    with clock.at(MONDAY):
        order = town.order(department=town.departments["roads"], limit=TimeLimit(1, "hour"))
        workorders.accept(actor=town.actor("crew"), order=order)
    with clock.at(MONDAY + timedelta(days=1)):
        said = PhoneStamp(MONDAY + timedelta(minutes=40), True, "late", 30.5, 104.0)
        workorders.add_photo(actor=town.actor("crew"), order=order, file=photo(), side="after", name="a.jpg")
        order = workorders.finish(actor=town.actor("crew"), order=order, words="已修补。", stamp=said)

    assert order.in_time is True
    assert WorkOrderStep.objects.sent_with("late").at == MONDAY + timedelta(minutes=40)


@pytest.mark.parametrize("who", ["crew", "verifier"])
def test_only_a_dispatcher_dispatches(town, who):
    order = town.order()

    with pytest.raises(NotAllowed):
        workorders.dispatch(actor=town.actor(who), order=order, department=town.departments["roads"])


@pytest.mark.parametrize("who", ["other_crew", "dispatcher", "verifier"])
def test_only_the_department_accepts(town, who):
    order = town.order(department=town.departments["roads"])

    with pytest.raises(NotAllowed):
        workorders.accept(actor=town.actor(who), order=order)


def test_the_list_at_the_desk_shows_orders_and_leads_to_them(town):
    order = town.order(department=town.departments["roads"])

    page = town.browser("dispatcher").get("/desk/workorders/").content.decode()

    assert order.number in page
    assert f"/desk/workorders/{order.uid}/" in page
