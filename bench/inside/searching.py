"""searching COUNT SEED WORD…: ask so many questions made of these words; print how long they took, as JSON.

The questions mix whole names, parts of names, everyday questions, pinyin in full and by initials, typing errors in
letters and in characters, departments, words that nearly everything holds, and what nobody offers.
"""

import gc
import json
import os
import random
import sys
import time
from pathlib import Path

import bench.inside  # noqa: F401
from tongban.infrastructure.search.services import in_words, sounds
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service

EVERYDAY = """
我想开个小饭馆 暂住证怎么办 身份证丢了怎么补 领结婚证 驾照到期换证 老人补贴怎么领 开理发店要什么证
公司不干了怎么注销 孩子上户口 低保怎么申请 开网约车要办什么 卖烟要办证吗 医保报销 退休手续
租房补贴 砍树要批吗 办残疾证 开药店 摆摊 房产过户
"""
COMMON = "许可 登记 证 变更 注销"
NOWHERE = "火箭发射 量子计算 zzzzzzzz 飞碟牌照"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def questions(count: int, chance: random.Random, parts: list[str]) -> list[str]:
    names = list(Service.objects.guides_only().order_by("pk").values_list("name", flat=True))
    offices = ["公安局", "民政局", "行政审批局"]
    asked = []
    for number in range(count):
        name, part = chance.choice(names), chance.choice(parts)
        spelled = "".join(sounds().spell(part))
        index = chance.randrange(len(spelled))
        wrong = chance.randrange(len(part))
        asked.append(
            (
                name,
                part,
                name[: max(4, len(name) // 2)],
                chance.choice(EVERYDAY.split()),
                spelled,
                sounds().initials(name)[:6],
                spelled[:index] + chance.choice(LETTERS) + spelled[index + 1 :],
                part[:wrong] + chance.choice(name) + part[wrong + 1 :],
                chance.choice(offices) + part,
                chance.choice((COMMON + " " + NOWHERE).split()),
            )[number % 10]
        )
    return asked


def resident_mib() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


asked = questions(int(sys.argv[1]), random.Random(int(sys.argv[2])), sys.argv[3:])
gc.collect()
before, began = resident_mib(), time.perf_counter()
catalogue.suggest("食品")
index_seconds = time.perf_counter() - began
gc.collect()
memory = resident_mib() - before

took, answered = [], 0
for question in asked:
    began = time.perf_counter()
    results = catalogue.search(question)
    said = [in_words(reason) for result in results.results for reason in result.reasons]
    took.append(1000 * (time.perf_counter() - began))
    answered += bool(results.total and said)
took.sort()
found = {
    "items": Service.objects.guides_only().count(),
    "index_seconds": index_seconds,
    "memory_mib": memory,
    "answered_percent": 100 * answered / len(asked),
    "p50_ms": took[len(took) // 2],
    "p95_ms": took[int(0.95 * len(took))],
    "p99_ms": took[int(0.99 * len(took))],
}
print(json.dumps(found))
