import pytest

from tongban.infrastructure.ui.rules import masked


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("11010519491231002X", "110105********002X"),
        ("13800138000", "138****8000"),
        ("zhang@example.cn", "z***@example.cn"),
        ("6222020000001234", "************1234"),
        ("1990-03-12", "1990-**-**"),
        ("张三", "张*"),
        ("欧阳小华", "欧**华"),
        ("李", "李"),
        ("", ""),
    ],
)
def test_masking_hides_the_middle(plain, shown):
    assert masked(plain) == shown
