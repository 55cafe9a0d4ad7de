"""The main job: a company asks for a food business licence, two departments look at it, and it is granted."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.cast import FLOOR_PLAN, RULES, elsewhere, example
from tests.journeys.conftest import PERSONAL, PHOTOS, Matter, Visit, Visitor, on_site
from tests.running import House

COMPANY = "云泽市禾香餐饮有限公司"
SERVICE = "食品经营许可"
ANSWERS: dict[str, Any] = example("food-business")["answers"]
POINTS = {"floor-plan": "平面图没有标出冷食专间，请补充标注后重新上传。", "": "请核对从业人员人数。"}


@pytest.mark.journey
@pytest.mark.requirement("APP-S-01", "APP-S-02")
@pytest.mark.parametrize(
    ("size", "script"),
    [("desktop", True), ("phone", True), ("desktop", False)],
    ids=["desktop", "phone", "without-script"],
)
def test_a_company_gets_its_sealed_licence_from_two_departments(
    visit: Visit, house: House, tmp_path: Path, size: str, script: bool
):
    agent = visit(size, script=script)
    matter, answers = Matter(), elsewhere(ANSWERS)

    find_the_service(agent)
    begin_for_the_company(agent, answers)
    agent = go_on_elsewhere(agent, visit(size, script=script), answers)
    bring_materials(agent)
    hand_in(agent, matter, answers)
    clerk = visit(size, script=script, login="chen.jing")
    ask_for_a_supplement(clerk, matter)
    supplement(agent, matter)
    accept(clerk, matter)
    both_sides_see_the_clocks(agent, clerk, matter)
    review(visit(size, script=script, login="wu.zhiyuan"), matter)
    inspect(visit("phone", script=script, login="he.lan"), matter)
    approve(visit(size, script=script, login="zhao.guoqing"), matter)
    receive_the_licence(agent, matter, tmp_path)
    anyone_verifies(visit(size, script=script), matter, tmp_path)
    agent_was_told_each_step(agent, matter, house)
    anyone_asks_by_number(visit(size, script=script), matter)
    operator_reads_the_journal(visit(size, script=script, login="gao.fei"), matter, house)
    the_log_tells_nothing_about_people(house)


def find_the_service(agent: Visitor) -> None:
    """Everyday words lead to the guide; the guide says everything; applying asks to sign in."""
    agent.go("/")
    agent.shoot("start")
    agent.page.fill("main input[name=q]", "我想开个小饭馆")
    agent.page.press("main input[name=q]", "Enter")
    agent.page.wait_for_url("**/search/**")
    agent.sees(SERVICE)
    agent.shoot("search")
    agent.follow(SERVICE)
    agent.sees("能不能办", "个体工商户", "要准备什么", "多久、多少钱", "怎么办", "承诺", "设定依据", "常见问题", "咨询")
    agent.shoot("guide")
    short_version = "document.querySelector('.guide__act a').getBoundingClientRect().bottom / innerHeight"
    assert agent.page.evaluate(short_version) <= 3, "the short version of a guide takes three screens at most"
    agent.follow("开始办理")
    assert "/identity/sign-in/" in agent.page.url
    agent.shoot("sign-in")
    agent.sign_in("zhou.wenbo")


def begin_for_the_company(agent: Visitor, answers: dict[str, Any]) -> None:
    """The form knows already what the registers know; conditional questions come from the server."""
    agent.act_for(COMPANY)
    agent.go("/cases/begin/food-business/")
    agent.sees(COMPANY)
    agent.shoot("begin")
    agent.click("开始办理")
    assert agent.page.inner_text("#q-operator_name") == COMPANY
    assert agent.page.inner_text("#q-uscc") == "91990102MA99H00124"
    assert not agent.page.locator("[name=operator_name]").count()
    agent.sees("法人库")
    agent.shoot("form")
    agent.answer_step(answers)


def go_on_elsewhere(agent: Visitor, other: Visitor, answers: dict[str, Any]) -> Visitor:
    """A draft is saved with each step, and goes on in another browser, at the step where it was left."""
    address = agent.page.url
    other.sign_in("zhou.wenbo")
    other.act_for(COMPANY)
    other.go("/cases/")
    other.follow(SERVICE)
    assert other.page.url == address
    other.follow("申请人信息", within=".steps")
    assert other.page.input_value("[name=contact_name]") == answers["contact_name"]
    other.page.goto(address)
    other.answer_form(answers)
    return other


def bring_materials(agent: Visitor) -> None:
    """The business licence is fetched, with source and time; the rest is uploaded and checked."""
    assert "/materials/" in agent.page.url
    licence = agent.page.locator("#material-business-licence").inner_text()
    assert "云泽市市场监督管理局" in licence
    assert re.search(r"20\d\d年\d+月\d+日 \d\d:\d\d", licence)
    assert not agent.page.locator("#material-business-licence input[type=file]").count()
    agent.upload("floor-plan", {"name": "平面图.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90 no pdf"})
    assert "平面图.pdf" in agent.page.locator("#material-floor-plan .field__error").inner_text()
    agent.shoot("materials-refused")
    agent.upload("floor-plan", FLOOR_PLAN)
    agent.upload("safety-rules", RULES)
    agent.shoot("materials")
    agent.click("继续")


def hand_in(agent: Visitor, matter: Matter, answers: dict[str, Any]) -> None:
    """Everything once more on one page; without the declaration nothing happens; then number, code and receipt."""
    agent.sees(COMPANY, answers["premises_address"], "平面布局图")
    agent.shoot("review")
    agent.click("提交申请")
    agent.sees("请先勾选承诺")
    matter.uid = agent.case
    matter.number = agent.submit()
    matter.query_code = agent.page.locator(".confirmation .number").last.inner_text().strip()
    agent.shoot("submitted")
    receipt = agent.fetch(f"/cases/{matter.uid}/receipt.pdf")
    assert receipt.startswith(b"%PDF")
    assert matter.number in words_of(receipt)
    agent.page.go_back()
    agent.page.reload()
    assert matter.number in agent.text(), "going back and sending again shows the same case"


def ask_for_a_supplement(clerk: Visitor, matter: Matter) -> None:
    clerk.go("/counter/workflow/")
    clerk.sees(COMPANY, matter.number)
    clerk.shoot("counter")
    clerk.open_row(matter.number)
    clerk.sees("一次性告知补正")
    clerk.page.locator("summary", has_text="一次性告知补正").click()
    for code, text in POINTS.items():
        clerk.page.fill(f"[name='point-{code}']", text)
    clerk.shoot("counter-supplement")
    clerk.click("发出补正告知书")
    clerk.click("确认发出补正告知书")
    clerk.sees("补正")


def supplement(agent: Visitor, matter: Matter) -> None:
    """One notice holds all points; the person answers it."""
    agent.until(matter.page, "补正告知书")
    agent.shoot("follow-supplement")
    agent.go(f"{matter.page}supplement/")
    agent.sees(*POINTS.values())
    agent.upload("floor-plan", {"name": "平面图.pdf", "mimeType": "application/pdf", "buffer": FLOOR_PLAN.read_bytes()})
    agent.page.fill("[name=note]", "已重新标注。")
    agent.shoot("supplement")
    agent.click("提交补正")
    agent.sees("补正")


def accept(clerk: Visitor, matter: Matter) -> None:
    clerk.go("/counter/workflow/")
    clerk.open_row(matter.number)
    clerk.sees("已重新标注。")
    assert "一次性告知补正" not in clerk.page.locator("main form").all_inner_texts()
    clerk.shoot("counter-accept")
    clerk.click("受理")
    clerk.sees("受理通知书")
    clerk.shoot("counter-confirm")
    clerk.click("确认受理并发出")
    clerk.sees("已受理")


def both_sides_see_the_clocks(agent: Visitor, clerk: Visitor, matter: Matter) -> None:
    """The statutory and the promised day are the same on both sides."""
    agent.until(matter.page, "受理通知书")
    mine = days(agent)
    agent.shoot("follow-accepted")
    clerk.go("/counter/cases/all/")
    clerk.follow(matter.number)
    assert len(mine) == 2
    assert days(clerk) == mine


def review(official: Visitor, matter: Matter) -> None:
    official.go("/desk/workflow/")
    official.shoot("desk")
    official.open_row(matter.number)
    official.page.check("input[name=passed][value=yes]")
    official.page.fill("textarea[name=opinion]", "布局合理，制度完备。")
    official.shoot("desk-review")
    official.click("提交意见")
    official.sees("办件进入下一环节")


def inspect(official: Visitor, matter: Matter) -> None:
    """On the phone: photographs, position, finding. Without script the position is typed."""
    official.go("/crew/workflow/")
    official.shoot("crew")
    official.open_row(matter.number)
    official.page.set_input_files("#photos", PHOTOS)
    official.click("保存照片")
    on_site(official)
    if official.script:
        official.page.get_by_role("button", name="获取当前位置").click()
        expect(official.page.locator("[name=latitude]")).to_have_value(re.compile("^30.57"))
    else:
        official.page.fill("[name=latitude]", "30.572815")
        official.page.fill("[name=longitude]", "104.066801")
    official.page.check("input[name=passed][value=yes]")
    official.page.fill("textarea[name=opinion]", "现场与图一致，疏散出口畅通。")
    official.shoot("crew-inspect")
    official.click("提交核查结论")
    official.sees("核查")


def approve(official: Visitor, matter: Matter) -> None:
    official.go("/desk/workflow/")
    official.open_row(matter.number)
    official.sees("布局合理，制度完备。", "现场与图一致，疏散出口畅通。")
    official.page.check("input[name=granted][value=yes]")
    official.shoot("desk-approve")
    official.click("作出决定")
    official.sees("食品经营许可证")
    official.shoot("desk-confirm")
    official.click("作出“准予许可”的决定并发出")


def receive_the_licence(agent: Visitor, matter: Matter, tmp_path: Path) -> None:
    """The applicant sees the licence and downloads it; an outside tool confirms its signature."""
    agent.until(matter.page, "已办结")
    agent.sees("办理结果", "食品经营许可证", "准予")
    agent.shoot("follow-done")
    agent.follow("食品经营许可证", within=".panel--result")
    agent.sees(COMPANY, "1.2.156.3005.2")
    agent.shoot("licence")
    matter.licence = agent.page.locator("main a[href*='/licences/v/']").inner_text()
    pdf = agent.download(agent.page.locator("main").get_by_role("link", name="下载").first.click)
    file = tmp_path / "licence.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "云泽市市场监督管理局" in said


def anyone_verifies(anyone: Visitor, matter: Matter, tmp_path: Path) -> None:
    """By the address in the QR code, and by the file; one changed byte is refused with the reason."""
    anyone.page.goto(matter.licence)
    anyone.sees("核验通过", "有效", COMPANY, "食品经营许可证")
    anyone.shoot("verify-code")
    pdf = (tmp_path / "licence.pdf").read_bytes()
    anyone.go("/licences/verify/")
    anyone.shoot("verify")
    bring(anyone, pdf)
    anyone.sees("核验通过", "完全一致", COMPANY)
    anyone.shoot("verify-file")
    middle = len(pdf) // 3
    anyone.go("/licences/verify/")
    bring(anyone, pdf[:middle] + bytes([pdf[middle] ^ 1]) + pdf[middle + 1 :])
    anyone.sees("核验不通过", "改动")
    anyone.shoot("verify-changed")


def agent_was_told_each_step(agent: Visitor, matter: Matter, house: House) -> None:
    """Every notice is in the inbox, and in an e-mail."""
    agent.go("/notices/")
    agent.sees("补正", "受理", "准予许可")
    agent.shoot("notices")
    letters = [letter for letter in house.letters() if matter.page in letter.text]
    assert {letter.to for letter in letters} == {"hexiang@yunze.example"}
    assert len(letters) == 4, [letter.subject for letter in letters]
    assert any("受理" in letter.subject for letter in letters)


def anyone_asks_by_number(anyone: Visitor, matter: Matter) -> None:
    anyone.go(f"/cases/query/?number={matter.number}")
    anyone.page.fill("[name=query_code]", "000000")
    anyone.click("查询")
    anyone.sees("查询码不正确")
    anyone.page.fill("[name=query_code]", matter.query_code)
    anyone.click("查询")
    anyone.sees(SERVICE, "已办结")
    assert COMPANY not in anyone.text()
    anyone.shoot("query")


def operator_reads_the_journal(operator: Visitor, matter: Matter, house: House) -> None:
    """Who did what, when, on whose behalf, with which reason; and the proof that nothing was changed since."""
    operator.go("/desk/journal/?name=cases.CaseDecided")
    operator.sees(matter.number, "赵国清")
    operator.go("/desk/journal/?name=cases.CaseSubmitted")
    operator.sees(matter.number, "周文博", COMPANY)
    operator.shoot("journal")
    house.manage("journal", "seal")
    said = house.manage("journal", "verify")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "the journal is what was sealed" in said.stdout


def the_log_tells_nothing_about_people(house: House) -> None:
    lines = house.log.splitlines()
    assert any('"view": "hall:cases:review"' in line for line in lines), "every request is a line of the log"
    assert not [line for line in lines if line.startswith("{") and PERSONAL.search(line)]


def bring(anyone: Visitor, pdf: bytes) -> None:
    anyone.page.set_input_files(
        "input[type=file]", {"name": "licence.pdf", "mimeType": "application/pdf", "buffer": pdf}
    )
    anyone.click("开始核验")


def days(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".clocks time").all_inner_texts()


def words_of(pdf: bytes) -> str:
    return subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
