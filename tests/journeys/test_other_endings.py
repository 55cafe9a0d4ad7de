"""Matters that end otherwise: refused, decided on the spot, answered by a letter, with a fee to pay."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cast import FLOOR_PLAN, RULES, definition, example
from tests.journeys.conftest import PHOTOS, Matter, Visit, Visitor, on_site

OWN = {"name", "id_number", "birth_date", "household_address", "residence_address", "phone"}
REASON = "冷食制售未设独立专间，不符合《食品安全法》第三十三条规定的条件，决定不予许可。"


def of_oneself(service: str, **changes: Any) -> dict[str, Any]:
    """Return the answers of the service's first example, without those that the house fills in itself."""
    answers: dict[str, Any] = {name: value for name, value in example(service)["answers"].items() if name not in OWN}
    return answers | changes


def sealed_by(pdf: bytes, department: str, tmp_path: Path) -> bool:
    file = tmp_path / "letter.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    return "Signature is Valid" in said and department in said


def words_of(pdf: bytes) -> str:
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return "".join(said.split())


def letter(visitor: Visitor, matter: Matter, title: str) -> bytes:
    """Fetch a letter by its link on the page of the case; the one that decides stands on top."""
    visitor.go(matter.page)
    places = "main .panel--refused a, main .panel--result a, main ul.list a"
    href = visitor.page.locator(places, has_text=title).first.get_attribute("href")
    return visitor.fetch(str(href))


def accept(clerk: Visitor, matter: Matter) -> None:
    clerk.go("/counter/workflow/")
    clerk.open_row(matter.number)
    clerk.click("受理")
    clerk.click("确认受理并发出")


def give_opinion(official: Visitor, matter: Matter, *, passed: bool, opinion: str) -> None:
    official.go("/desk/workflow/")
    official.open_row(matter.number)
    official.page.check(f"input[name=passed][value={'yes' if passed else 'no'}]")
    official.page.fill("textarea[name=opinion]", opinion)
    official.click("提交意见")


def stop_for_a_test(approver: Visitor, agent: Visitor, matter: Matter) -> None:
    """Stop both clocks for a special procedure, and let them run again; the applicant reads why."""
    approver.follow("延长期限或启动特别程序")
    approver.page.fill("textarea[name=beginning-reason]", "排烟系统需要检测。")
    approver.shoot("desk-limits")
    approver.click("启动并暂停计算期限")
    approver.sees("已办理，并告知申请人。", "暂停计算")
    agent.until(matter.page, "特别程序告知书")
    agent.sees("正在进行特别程序", "检验检测")
    approver.follow("登记特别程序结果")
    approver.page.fill("textarea[name=ending-result]", "风量低于设计值。")
    approver.click("恢复计算期限")


@pytest.mark.journey
def test_a_refusal_reaches_the_applicant_as_a_sealed_decision_with_reason_and_remedies(visit: Visit, tmp_path: Path):
    agent = visit(login="zhou.wenbo")
    agent.act_for("云泽市禾香餐饮有限公司")
    answers = example("food-business")["answers"]
    matter = agent.apply("food-business", answers, {"floor-plan": FLOOR_PLAN, "safety-rules": RULES})
    accept(visit(login="chen.jing"), matter)
    give_opinion(visit(login="wu.zhiyuan"), matter, passed=True, opinion="资料齐全。")
    inspector = visit("phone", login="he.lan")
    inspector.go("/crew/workflow/")
    inspector.open_row(matter.number)
    on_site(inspector)
    inspector.page.set_input_files("#photos", PHOTOS)
    inspector.page.check("input[name=point-special-room][value=fail]")
    inspector.page.fill("[name=remark-special-room]", "冷食操作未设专间。")
    inspector.page.fill("[name=latitude]", "30.572815")
    inspector.page.fill("[name=longitude]", "104.066801")
    inspector.page.check("input[name=passed][value=no]")
    inspector.page.fill("textarea[name=opinion]", "冷食操作未设专间，后门疏散出口锁闭。")
    inspector.click("提交核查结论")

    approver = visit(login="zhao.guoqing")
    approver.go("/desk/workflow/")
    approver.open_row(matter.number)
    stop_for_a_test(approver, agent, matter)
    approver.go("/desk/workflow/")
    approver.open_row(matter.number)
    approver.page.check("input[name=granted][value=no]")
    approver.click("作出决定")
    approver.sees("理由")
    assert approver.page.locator("main .errors").count() == 1, "a refusal needs its reason"
    approver.page.fill("textarea[name=reason]", REASON)
    approver.click("作出决定")
    approver.sees("不予行政许可决定书", REASON)
    approver.click("作出“不予许可”的决定并发出")

    agent.until(matter.page, "不予行政许可决定书")
    agent.sees("截止", "不予许可", REASON, "行政复议", "行政诉讼", "按原内容重新申请")
    agent.shoot("follow-refused")
    assert not agent.page.locator(".panel--result").count()
    decision = letter(agent, matter, "不予")
    assert sealed_by(decision, "云泽市市场监督管理局", tmp_path)
    said = words_of(decision)
    assert "第三十三条" in said
    assert "行政复议" in said
    assert "行政诉讼" in said
    anyone = visit()
    anyone.go("/licences/verify/")
    anyone.page.set_input_files(
        "input[type=file]", {"name": "decision.pdf", "mimeType": "application/pdf", "buffer": decision}
    )
    anyone.click("开始核验")
    anyone.sees("核验通过", "云泽市市场监督管理局")


@pytest.mark.journey
def test_what_can_be_decided_on_the_spot_is_decided_at_the_window(visit: Visit, tmp_path: Path):
    person = visit("phone", login="lin.xiaoyun")
    own = of_oneself("flexible-employment", job_kind="part-time", employer_name="湖畔旅店", weekly_hours=20)
    matter = person.apply("flexible-employment", own, {})

    clerk = visit(login="chen.jing")
    clerk.go("/counter/workflow/")
    clerk.open_row(matter.number)
    clerk.shoot("counter-on-the-spot")
    clerk.click("予以办理")
    clerk.click("作出“予以办理”的决定并发出")

    person.until(matter.page, "已办结")
    person.shoot("follow-on-the-spot")
    result = person.page.locator(".panel--result a", has_text="灵活就业登记凭证").get_attribute("href")
    assert sealed_by(person.fetch(str(result)), "云泽市人力资源和社会保障局", tmp_path)


@pytest.mark.journey
def test_an_allowance_is_granted_by_a_letter_that_says_how_much(visit: Visit, tmp_path: Path):
    person = visit(login="lin.jianguo")
    bank = definition("senior-allowance") / "bank-account-sample.pdf"
    answers = of_oneself("senior-allowance", by_agent=False, district="990102")
    matter = person.apply("senior-allowance", answers, {"bank-account": bank})
    accept(visit(login="chen.jing"), matter)
    give_opinion(visit(login="su.qing"), matter, passed=True, opinion="户籍、年龄已核实，未在外地重复领取。")

    approver = visit(login="deng.hua")
    approver.go("/desk/workflow/")
    approver.open_row(matter.number)
    approver.page.check("input[name=granted][value=yes]")
    approver.click("作出决定")
    approver.click("作出“准予给付”的决定并发出")

    person.until(matter.page, "已办结")
    person.shoot("follow-allowance")
    decision = letter(person, matter, "高龄津贴发放决定书")
    assert sealed_by(decision, "云泽市民政局", tmp_path)
    assert "林建国" in words_of(decision)
    assert "月发放标准：人民币100" in words_of(decision)


@pytest.mark.journey
def test_a_fee_is_shown_before_and_after_handing_in(visit: Visit):
    person = visit(login="du.mingyuan")
    service = "residence-permit-reissue"
    person.go(f"/cases/begin/{service}/")
    person.sees("没有查到您名下有效的居住证")  # the register may lag behind; who knows better goes on
    person.click("确认无误，开始办理")
    person.answer_form(of_oneself(service, district="990103"))
    person.upload("photo", definition(service) / "photo-sample.jpg")
    person.click("继续")
    person.sees("工本费", "20")
    person.submit()
    person.sees("工本费", "20")
