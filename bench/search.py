"""Search over 20,000 services: how long a question takes in process, how much memory the index needs.

python -m bench.search [REAL_LIST.json]

Names are made from realistic parts with a fixed seed; a real list (the format of `manage.py catalogue import`) may be
given to mix in its names. Prints one line NAME VALUE UNIT per figure. Whole searches are measured, with the rows of the
page read from the database (a throw-away SQLite file, as the embedded installation has) and the reasons put into words.
"""

import gc
import json
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

ITEMS, QUESTIONS, SEED = 20_000, 2_000, 20261122
OBJECTS = (
    "食品经营 药品零售 医疗器械经营 居民身份证 居住证 机动车驾驶证 机动车行驶证 不动产权 住房公积金 养老保险 医疗保险 失业保险 工伤保险 "
    "生育保险 出生医学证明 婚姻状况 户口簿 护照 往来港澳通行证 建设工程规划 建筑工程施工 消防设计审查 特种设备使用 道路货物运输 "
    "危险化学品经营 排污 取水 林木采伐 农药经营 种子生产经营 兽药经营 出版物零售 营业性演出 民办学校 教师资格 律师执业 社会团体 "
    "残疾人证 最低生活保障 公共租赁住房 高龄津贴 人才引进 创业担保贷款 高新技术企业 公共场所卫生 饮用水供水单位卫生 放射诊疗 "
    "互联网上网服务营业场所 娱乐场所 旅馆业特种行业 烟草专卖零售 网络预约出租汽车 户外广告设施 占用城市道路 城镇污水排入排水管网 "
    "劳务派遣经营 人力资源服务 动物防疫条件 动物诊疗 水域滩涂养殖 个体工商户 有限责任公司 合伙企业 农民专业合作社 民办非企业单位"
).split()
ACTS = (
    "许可 许可变更 许可延续 许可注销 许可补证 核发 新办 备案 备案变更 登记 设立登记 变更登记 注销登记 申领 换领 补领 挂失 查询 证明 "
    "缴费 提取 转移接续 待遇申领 资格认定 年度报告 信息变更 审批 审核转报 预约 告知承诺"
).split()
MARKS = ("", "", "", "（县级权限）", "（个人）", "（单位）", "（告知承诺制）", "（跨省通办）", "（全程网办）")
OFFICES = (
    "市场监督管理局",
    "公安局",
    "人力资源和社会保障局",
    "医疗保障局",
    "住房和城乡建设局",
    "民政局",
    "卫生健康局",
    "行政审批局",
)
EVERYDAY = (
    "我想开个小饭馆 暂住证怎么办 身份证丢了怎么补 领结婚证 驾照到期换证 老人补贴怎么领 开理发店要什么证 公司不干了怎么注销 "
    "孩子上户口 低保怎么申请 开网约车要办什么 卖烟要办证吗 医保报销 退休手续 租房补贴 砍树要批吗 办残疾证 开药店 摆摊 房产过户"
).split()


def main() -> None:
    """Measure and print."""
    with _house() as folder:
        real = json.loads(Path(sys.argv[1]).read_text()) if len(sys.argv) > 1 else []
        _measure(random.Random(SEED), real, folder)


class _house:  # noqa: N801 - reads as a sentence where it is used
    """An installation of its own in a throw-away folder."""

    def __enter__(self) -> Path:
        self.folder = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
        os.environ["TONGBAN_VAR"] = str(self.folder)
        os.environ["TONGBAN_DATABASE"] = f"sqlite:///{self.folder / 'bench.sqlite3'}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.settings")
        return self.folder

    def __exit__(self, *_exception: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _measure(chance: random.Random, real: list, folder: Path) -> None:
    import django  # noqa: PLC0415 - settings read the environment that was just set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, skip_checks=True)
    from tongban.infrastructure.kernel.actors import SYSTEM  # noqa: PLC0415
    from tongban.platform.catalogue import services as catalogue  # noqa: PLC0415

    listed = folder / "items.json"
    names = _write(chance, real, listed)
    begun = time.perf_counter()
    report = catalogue.import_items(actor=SYSTEM, file=listed)
    print(f"search.import {time.perf_counter() - begun:.2f} s")
    print(f"search.items {report.count('imported')} items")

    gc.collect()
    before, begun = _resident(), time.perf_counter()
    catalogue.search("食品经营许可")
    print(f"search.index {time.perf_counter() - begun:.2f} s")
    gc.collect()
    print(f"search.memory {_resident() - before:.1f} MiB")

    questions = _questions(chance, names)
    took, answered = [], 0
    for question in questions:
        begun = time.perf_counter()
        results = catalogue.search(question)
        for result in results.results:
            for reason in result.reasons:
                catalogue.in_words(reason)
        took.append(time.perf_counter() - begun)
        answered += bool(results.total)
    took.sort()
    print(f"search.questions {len(questions)} questions")
    print(f"search.answered {100 * answered / len(questions):.1f} %")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0)):
        print(f"search.{name} {1000 * took[min(len(took) - 1, int(share * len(took)))]:.2f} ms")


def _write(chance: random.Random, real: list, file: Path) -> list[str]:
    """Write a list of 20,000 items in the format that `catalogue import` reads; return their names."""
    names = [line["name"] for office in real for main in office["items"] for line in main["sub_items"]]
    while len(names) < ITEMS:
        names.append(f"{chance.choice(OBJECTS)}{chance.choice(ACTS)}{chance.choice(MARKS)}")
    offices: dict[str, list[dict[str, str]]] = {}
    for number, name in enumerate(names[:ITEMS]):
        office = f"{chr(0x7532 + number % 3)}区{OFFICES[number % len(OFFICES)]}"
        link = f"http://example.invalid/?areaCode=990102000000&itemCode=Z-{number:06}&taskType=1"
        offices.setdefault(office, []).append({"name": name, "link": link})
    table = [
        {"department": office, "items": [{"main_item": "", "sub_items": rows}]} for office, rows in offices.items()
    ]
    file.write_text(json.dumps(table, ensure_ascii=False))
    return names[:ITEMS]


def _questions(chance: random.Random, names: list[str]) -> list[str]:
    """Mix names, parts of names, everyday questions, pinyin, initials, typing errors and nonsense."""
    from tongban.platform.catalogue.services.searching import sounds  # noqa: PLC0415

    spelling = sounds()
    letters = "abcdefghijklmnopqrstuvwxyz"
    asked = []
    for number in range(QUESTIONS):
        name = chance.choice(names)
        part = chance.choice(OBJECTS)
        spelled = "".join(spelling.spell(part))
        place = chance.randrange(len(spelled))
        asked.append(
            (
                name,
                part,
                part + chance.choice(ACTS),
                chance.choice(EVERYDAY),
                spelled,
                spelling.initials(part + chance.choice(ACTS)),
                spelled[:place] + chance.choice(letters) + spelled[place + 1 :],
                _mistyped(chance, part, names),
                f"{chance.choice(OFFICES)}{part}",
                chance.choice(("火箭发射", "量子计算", "zzzzzzzz", "飞碟牌照", "许可", "登记", "证")),
            )[number % 10]
        )
    return asked


def _mistyped(chance: random.Random, part: str, names: list[str]) -> str:
    """Put another character into a word."""
    place = chance.randrange(len(part))
    return part[:place] + chance.choice(chance.choice(names)) + part[place + 1 :]


def _resident() -> float:
    """Return the resident memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    main()
