"""Search over 20,000 services: how long a question takes in process, how much memory the index needs.

Names are put together from realistic parts with a fixed seed. Whole searches are measured: the question understood, the
index asked, the rows of the page read from the embedded database, the reasons put into words.
"""

import json
import random
from pathlib import Path

from bench.figures import Report, say
from bench.house import founded

ITEMS, QUESTIONS, SEED = 20_000, 2_000, 20261122
OBJECTS = """
食品经营 药品零售 医疗器械经营 居民身份证 居住证 机动车驾驶证 机动车行驶证 不动产权 住房公积金
养老保险 医疗保险 失业保险 工伤保险 生育保险 出生医学证明 婚姻状况 户口簿 护照 往来港澳通行证
建设工程规划 建筑工程施工 消防设计审查 特种设备使用 道路货物运输 危险化学品经营 排污 取水
林木采伐 农药经营 种子生产经营 兽药经营 出版物零售 营业性演出 民办学校 教师资格 律师执业
社会团体 残疾人证 最低生活保障 公共租赁住房 高龄津贴 人才引进 创业担保贷款 高新技术企业
公共场所卫生 饮用水供水单位卫生 放射诊疗 互联网上网服务营业场所 娱乐场所 旅馆业特种行业
烟草专卖零售 网络预约出租汽车 户外广告设施 占用城市道路 城镇污水排入排水管网 劳务派遣经营
人力资源服务 动物防疫条件 动物诊疗 水域滩涂养殖 个体工商户 有限责任公司 合伙企业 农民专业合作社
民办非企业单位
"""
ACTS = """
许可 许可变更 许可延续 许可注销 许可补证 核发 新办 备案 备案变更 登记 设立登记 变更登记
注销登记 申领 换领 补领 挂失 查询 证明 缴费 提取 转移接续 待遇申领 资格认定 年度报告
信息变更 审批 审核转报 预约 告知承诺
"""
MARKS = ("", "", "", "（县级权限）", "（个人）", "（单位）", "（告知承诺制）", "（跨省通办）", "（全程网办）")
OFFICES = "市场监督管理局 公安局 人力资源和社会保障局 医疗保障局 住房和城乡建设局 民政局 卫生健康局 行政审批局"


def run(report: Report) -> None:
    chance = random.Random(SEED)
    with founded("sqlite") as made:
        say(f"importing {ITEMS} items")
        listed = made.var / "items.json"
        write(chance, listed)
        made.manage("catalogue", "import", str(listed))
        found = made.inside("searching", QUESTIONS, SEED, *OBJECTS.split())
    report.add("search.items", found["items"], "items", f">= {ITEMS}")
    report.add("search.index", found["index_seconds"], "s")
    report.add("search.memory", found["memory_mib"], "MiB")
    report.add("search.answered", found["answered_percent"], "%")
    report.add("search.p50", found["p50_ms"], "ms")
    report.add("search.p95", found["p95_ms"], "ms", "< 50")
    report.add("search.p99", found["p99_ms"], "ms")


def write(chance: random.Random, file: Path) -> None:
    """Write a list of 20,000 items in the format that `catalogue import` reads."""
    objects, acts, offices = OBJECTS.split(), ACTS.split(), OFFICES.split()
    rows: dict[str, list[dict[str, str]]] = {}
    for number in range(ITEMS):
        office = f"{'甲乙丙'[number % 3]}区{offices[number % len(offices)]}"
        name = f"{chance.choice(objects)}{chance.choice(acts)}{chance.choice(MARKS)}"
        link = f"http://example.invalid/?areaCode=990102000000&itemCode=Z-{number:06}&taskType=1"
        rows.setdefault(office, []).append({"name": name, "link": link})
    table = [{"department": office, "items": [{"main_item": "", "sub_items": found}]} for office, found in rows.items()]
    file.write_text(json.dumps(table, ensure_ascii=False))
