"""The page of a case draws where its process stands; the page of a task, which has no room for it, does not."""

from django.urls import reverse

from tongban.platform.workflow.models import Task


def test_the_page_of_a_case_draws_what_is_done_and_what_lies_open(cast):
    case = cast.examined()
    reviewer = cast.browser("approver")

    page = reviewer.get(reverse("desk:cases:case", args=[case.uid])).content.decode()
    task = Task.objects.of(case.subject).open().get()
    answered = reviewer.get(reverse("desk:cases:task", args=[task.uid])).content.decode()

    assert "办理流程进展" in page
    assert page.count("process__task--current") == 1
    assert page.count("process__task--done") == 3
    assert "process__task" not in answered
