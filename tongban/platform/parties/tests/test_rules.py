"""The vectors of the standards: numbers that are right, numbers that are not, and what is shown of them."""

from datetime import date

import pytest

from tongban.platform.parties import rules


@pytest.mark.parametrize(
    "number",
    [
        "11010519491231002X",  # the standard's own example
        "440524188001010014",  # the standard's own example
        "34052419800101001X",
        "511702198002221308",
        "420106200002290012",
        "110101199003070011",
        "430102201701010025",
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
    ],
)
def test_a_right_citizen_number_has_no_problem(number):
    assert rules.id_number_problem(number) is None


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "length"),
        ("1101051949123100", "length"),
        ("11010519491231002XX", "length"),
        ("1101051949123100AX", "characters"),
        ("01010519491231002X", "characters"),
        ("420106190002290012", "date"),  # 1900 was no leap year
        ("110101199013070011", "date"),
        ("110105194912310021", "check"),
        ("110105194912310O2X", "characters"),
    ],
)
def test_a_wrong_citizen_number_is_told_why(number, problem):
    assert rules.id_number_problem(number) == problem


def test_nobody_is_born_tomorrow():
    assert rules.id_number_problem("430102201701010025", today=date(2016, 12, 31)) == "date"
    assert rules.id_number_problem("430102201701010025", today=date(2017, 1, 1)) is None


@pytest.mark.found("F2")
def test_a_number_of_15_digits_is_too_short_but_known_by_18_in_old_records():
    assert rules.normal_number("130503670401001") == "130503670401001"
    assert rules.id_number_problem("130503670401001") == "length"
    assert rules.number_of_18("130503670401001") == "130503196704010016"
    assert rules.number_of_18("123456789012345") is None


@pytest.mark.parametrize(
    ("number", "total", "rest"),
    [
        ("11010519491231002X", 167, 2),
        ("440524188001010014", 195, 8),
        ("34052419800101001X", 189, 2),
        ("511702198002221308", 224, 4),
        ("420106200002290012", 164, 10),
        ("110101199003070011", 154, 0),
        ("430102201701010025", 117, 7),
    ],
)
def test_the_weighted_sum_is_that_of_the_standard(number, total, rest):
    found = sum(int(digit) * weight for digit, weight in zip(number[:17], rules.ID_WEIGHTS, strict=True))

    assert (found, found % 11) == (total, rest)
    assert rules.id_check(number[:17]) == number[17]


def test_a_citizen_number_tells_birth_and_sex():
    assert rules.birth_date("11010519491231002X") == date(1949, 12, 31)
    assert rules.sex("11010519491231002X") == "female"
    assert rules.sex("34052419800101001X") == "male"


@pytest.mark.parametrize(
    ("on", "years"), [(date(2025, 2, 28), 24), (date(2025, 3, 1), 25), (date(2024, 2, 29), 24), (date(2024, 2, 28), 23)]
)
def test_an_age_is_counted_in_full_years(on, years):
    assert rules.age(date(2000, 2, 29), on) == years


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "914403001922038216",
        "91110000802100433B",
        "91330100799655058B",
        "11100000000013338W",
        "12100000400010275N",
        "11100000MB03271699",
        "11370800MB28559184",
        "91110000MA001AAA54",
        "11110000000012343B",
        "52110000500000015Q",
        "12110000400000026M",
        "92110105MA00XY1223",
        "91350100m000100y43",
    ],
)
def test_a_right_credit_code_has_no_problem(code):
    assert rules.uscc_problem(code) is None


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "length"),
        ("91350100M000100Y4", "length"),
        ("91350100I000100Y43", "characters"),
        ("9135010XM000100Y43", "characters"),
        ("B1350100M000100Y43", "registrar"),
        ("91350100M000100Y44", "check"),
        ("91350100M000100Z43", "characters"),
        ("19350100M000100Y43", "check"),
    ],
)
def test_a_wrong_credit_code_is_told_why(code, problem):
    assert rules.uscc_problem(code) == problem


@pytest.mark.parametrize(
    "code", ["M000100Y4", "000013338", "MB0327169", "802100433", "192203821", "D2143569X", "D2143569-X"]
)
def test_a_right_organisation_code_has_no_problem(code):
    assert rules.organisation_code_problem(code) is None


@pytest.mark.parametrize(
    ("code", "problem"), [("", "length"), ("M000100Y44", "length"), ("M000100Y5", "check"), ("M000100YY", "characters")]
)
def test_a_wrong_organisation_code_is_told_why(code, problem):
    assert rules.organisation_code_problem(code) == problem


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("13812345678", None),
        ("138 1234 5678", None),
        ("+86 138-1234-5678", None),
        ("8613812345678", None),
        ("１３８１２３４５６７８", None),
        ("12812345678", "characters"),
        ("1381234567", "length"),
        ("057112345678", "length"),
        ("1381234567a", "characters"),
    ],
)
def test_a_mobile_number_is_checked(number, problem):
    assert rules.mobile_problem(number) == problem


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+86 138-1234-5678", "13812345678"),
        ("０１０-6655 0088", "010-66550088"),
        ("0990-55520088", "0990-55520088"),
        ("", ""),
    ],
)
def test_a_phone_number_is_kept_in_plain_characters(typed, kept):
    assert rules.normal_phone(typed) == kept


@pytest.mark.found("F4")
@pytest.mark.parametrize("kind", ["id-number", "id-number-public", "passport", "mobile", "bank-card", "plate", "name"])
@pytest.mark.parametrize("length", range(1, 20))
def test_no_mask_shows_more_than_most_of_a_number_and_of_short_ones_at_most_half(kind, length):
    text = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:length]
    usual = {"id-number": {18}, "id-number-public": {18}, "mobile": {11}, "plate": {7, 8}, "name": {3}}.get(kind, set())

    shown = sum(char in text for char in rules.masked(kind, text))

    assert shown <= (length - 2 if length in usual and kind != "name" else 2 if kind == "name" else length // 2)


@pytest.mark.found("F4")
@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        ("name", "张三", "张*"),
        ("name", "欧阳华", "欧*华"),
        ("name", "欧阳建华", "欧**华"),
        ("name", "张", "*"),
        ("id-number", "11010519491231002X", "110105********002X"),
        ("id-number-public", "11010519491231002X", "110*************2X"),
        ("mobile", "13812345678", "138****5678"),
        ("bank-card", "6222020000000000000", "**** **** **** 0000"),
        ("address", "浙江省杭州市西湖区文三路1号", "浙江省杭州市西湖区****"),
        ("address", "云泽市临湖区人民路市场东巷3号", "云泽市临湖区****"),
        ("address", "云泽市人民路3号", "云泽市****"),
        ("email", "zhang@example.cn", "z***@example.cn"),
        ("plate", "京A12345", "京A**345"),
        ("mobile", "", ""),
        ("passport", "E12345678", "E1*****78"),
        ("passport", "H1234567", "H1****67"),
        ("id-number", "E12345678", "E12*****8"),
        ("id-number", "H1234567890", "H12******90"),
        ("id-number-public", "123456789", "123*****9"),
        ("mobile", "12345", "1***5"),
        ("bank-card", "1234", "**** **** **** ****"),
        ("email", "z@example.cn", "***@example.cn"),
        ("plate", "12", "1*"),
        ("address", "广东省东莞市长安镇上沙社区三路5号301", "广东省东莞市****"),
        ("address", "海南省儋州市那大镇中兴大道社区服务中心旁2号", "海南省儋州市****"),
        ("address", "甘肃省嘉峪关市雄关街道市场路社区12号楼", "甘肃省嘉峪关市****"),
        ("address", "内蒙古自治区呼和浩特市新城区哲里木路1号", "内蒙古自治区呼和浩特市新城区****"),
        ("address", "北京市海淀区中关村大街1号", "北京市海淀区****"),
        ("address", "江苏省苏州市昆山市花桥镇2号", "江苏省苏州市昆山市****"),
        ("address", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路9号", "新疆维吾尔自治区伊犁哈萨克自治州伊宁市****"),
    ],
)
def test_personal_values_are_masked(kind, text, shown):
    assert rules.masked(kind, text) == shown


def test_names_are_compared_without_spaces_and_dots():
    assert rules.same_name("阿卜杜·热西提", "阿卜杜热西提")
    assert rules.same_name("云泽市禾香餐饮（集团）有限公司", "云泽市禾香餐饮(集团)有限公司")
    assert not rules.same_name("张三", "张四")
