"""What is refused before anything is published: told once, with its element and its line."""

import pytest

from tongban.infrastructure.kernel.problems import Problem
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.tests.drawings import bpmn

HEAD = "start\na task 办 review r\n"
LINES = {
    "no way to a task": ("b task 乙 review r\ne end 完\nstart>a a>e b>e", "b", "lead out"),
    "an event that something else leads to": (
        "x exclusive default=x__g\ng events\nc catch 等 timer=PT1H\nd catch 等 timer=PT2H\ne end 完\n"
        'start>a a>x x>g g>c g>d d>e c>e\nx>d other [a = "pass"]',
        "g__d",
        "no event that only it waits for",
    ),
    "a gateway that waits for a task": (
        "g events\nc catch 等 timer=PT1H\nb task 乙 review r\ne end 完\nstart>a a>g g>c g>b c>e b>e",
        "g__b",
        "no event that only it waits for",
    ),
    "an event at nothing": ("l boundary 晚 at=zzz timer=PT1H\ne end 完\nstart>a a>e l>e", "l", "which is no activity"),
    "an event at a gateway": (
        "g exclusive\nl boundary 晚 at=g timer=PT1H\ne end 完\nstart>a a>g g>e l>e",
        "l",
        "which is no activity",
    ),
    "an error that cannot come": (
        "l boundary 错 at=a error=x\ne end 完\nstart>a a>e l>e",
        "l",
        "ever brings this about",
    ),
    "an error that stops nothing": (
        "s service 查 port=x\nl boundary 错 at=s error=x stops=no\ne end 完\nstart>a a>s s>e l>e",
        "l",
        "always stops",
    ),
    "a choice before an inclusive end": (
        "g inclusive default=g__b\nb task 乙 review r\nc task 丙 review r\ne end 完\nstart>a a>g g>b b>e c>e\n"
        'g>c yes [a = "pass"]\ng>e2 also [a = "fail"]\ne2 end 毕',
        "e2",
        "can be reached while",
    ),
    "an inclusive split joined by a parallel gateway": (
        "g inclusive default=g__b\nb task 乙 review r\nc task 丙 review r\nj parallel\ne end 完\n"
        'start>a a>g g>b b>j c>j j>e\ng>c yes [a = "pass"]',
        "j",
        "may wait for ever",
    ),
    "services going round": (
        "s service 查 port=x\ng exclusive default=on\ne end 完\nstart>a a>s s>g\ng>s back [s.again]\ng>e on",
        "s",
        "loop here without any task",
    ),
    "a call of itself": ("c call 用 called=p\ne end 完\nstart>a a>c c>e", "", "that nothing calls"),
    "a call of nothing": ("c call 用 called=zzz\ne end 完\nstart>a a>c c>e", "c", "contains no process"),
    "no list": ("b task 乙 review r item=x\ne end 完\nstart>a a>b b>e", "b", "how often"),
    "each of what": ("b task 乙 review r items=xs each=person\ne end 完\nstart>a a>b b>e", "b", "tongban:each is"),
    "roles without a list": (
        "b task 乙 review r count=2 each=role\ne end 完\nstart>a a>b b>e",
        "b",
        "goes through a list",
    ),
    "a count as an outcome": (
        "b task 乙 review r count=2 outcomes=completed|fail\ne end 完\nstart>a a>b b>e",
        "b",
        "call the counts",
    ),
    "a word that a sub-process never ends with": (
        'c call 用 called=q\ng exclusive default=on\ne end 完\nf end 毕\nstart>a a>c c>g\ng>e yes [c = "ok"]\ng>f on',
        "yes",
        "never ends with",
    ),
}
CALLED = {"q": "begin\nb2 task 乙 review r\ndone end 完\nbegin>b2 b2>done"}


def errors(text: str) -> list[Problem]:
    return [problem for problem in workflow.check(text) if problem.forbids and "tongban:port" not in problem.remedy]


@pytest.mark.parametrize("what", LINES)
def test_a_broken_model_is_told_once_with_its_place(what):
    lines, place, words = LINES[what]
    calls = CALLED if "called=q" in lines else {}

    found = errors(bpmn(HEAD + lines, calls=calls))

    assert [problem.place for problem in found] == [place]
    assert words in found[0].text


def test_an_event_of_two_things_is_refused():
    text = bpmn(HEAD + "l boundary 晚 at=a timer=PT1H\ne end 完\nstart>a a>e l>e")
    text = text.replace("</bpmn:boundaryEvent>", "<bpmn:terminateEventDefinition/></bpmn:boundaryEvent>")

    assert [(problem.place, problem.text) for problem in errors(text)] == [
        ("l", "Several things may happen at this event.")
    ]


def test_an_error_that_nothing_catches_is_refused():
    inner = "begin\nb task 乙 review r\nbad end 错 error=wrong\nbegin>b b>bad"
    text = HEAD + "s sub 子\ne end 完\nstart>a a>s s>e"

    assert [(problem.place, problem.details["code"]) for problem in errors(bpmn(text, s=inner))] == [("bad", "wrong")]
    caught = text + "\nl boundary 错 at=s error=\nl>e"
    assert errors(bpmn(caught, s=inner)) == []


def test_what_follows_from_a_refused_element_is_not_told():
    text = bpmn(HEAD + "x service 查\nl boundary 晚 at=x timer=P1D\ne end 完\nstart>a a>x x>e l>e")

    assert [problem.place for problem in workflow.check(text) if problem.forbids] == ["x", "l"]


def test_a_fault_is_told_with_its_line():
    text = bpmn(HEAD + "e end 完\nstart>a a>e").replace("><", ">\n<").replace('tongban:role="r"', "")

    (problem,) = errors(text)

    assert problem.place == "a"
    assert text.splitlines()[problem.line - 1].startswith('<bpmn:userTask id="a"')


def test_parallel_ends_within_a_sub_process_are_clear_unless_somebody_asks_for_them():
    inner = "begin\nsplit parallel\nb task 乙 review r\nc task 丙 review r\nf end 毕\nh end 了\n"
    inner += "begin>split split>b split>c b>f c>h"
    text = HEAD + "s sub 子\ng exclusive default=on\ne end 完\nk end 止\nstart>a a>s s>g\ng>e yes [{}]\ng>k on"

    assert errors(bpmn(text.format('a = "pass"'), s=inner)) == []
    assert {problem.place for problem in errors(bpmn(text.format('s = "f"'), s=inner))} == {"f", "h"}


def test_the_longest_way_counts_branches_once():
    text = """
    start
    accept task 受理 accept window days=5
    split parallel
    b task 乙 review r days=2
    s sub 子
    join parallel
    g exclusive default=on
    d task 决定 approve r days=1
    e end 完
    start>accept accept>split split>b split>s b>join s>join join>d d>g
    g>b2 back [d = "refuse"]
    g>e on
    b2 exclusive
    b2>d
    """
    inner = "begin\nc task 丙 review r days=4\nf end 毕\nbegin>c c>f"

    assert errors(bpmn(text, s=inner)) == []
    assert workflow.longest_way(bpmn(text, s=inner)) == (10, ["accept", "c", "d"])
    assert workflow.longest_way(bpmn(text, s=inner), without={"accept"}) == (5, ["c", "d"])


def test_a_picture_shows_what_lies_inside():
    text = HEAD + "s sub 子\nl boundary 到期 at=s timer=P1D unit=day\nk task 督办 review r\ne end 完\nf end 止\n"
    text += "start>a a>s s>e l>k k>f"
    inner = "begin\nsplit parallel\nb task 乙审 review r\nc task 丙核 review r\nj parallel\nh end 了\n"
    inner += "begin>split split>b split>c b>j c>j j>h"

    lines = workflow.outline(bpmn(text, s=inner))
    svg = workflow.picture(bpmn(text, s=inner), current=["b"])

    assert [line.split(" ")[1].rstrip("。.") for line in lines[:-1]] == ["办", "乙审", "丙核", "督办"]
    assert all(name in svg for name in ("乙审", "丙核", "到期", "督办"))
    assert svg.count("process__task--current") == 1
