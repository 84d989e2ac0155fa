"""People between two counties on the page of a premium aid sheet (参保县变动)."""

from common.admin_panels import Cell, Table, text, yuan
from reimbursement.models import PremiumSheet
from reimbursement.selectors.premium_moves import Claimed, to_be_given_back, waiting_for_others

SHOWN = 100


def moves(sheet: PremiumSheet) -> list[Table]:
    """People between two counties, where there are any."""
    waiting, back = waiting_for_others(sheet), to_be_given_back(sheet)
    panels = []
    if waiting:
        panels.append(_moved(waiting, "未列入：原参保县尚未退出", "已申请资助的县", "待该县报送补充申请"))
    if back:
        panels.append(_moved(back, "应退出：已改在外县参保", "现参保县", "编制并报送本县补充申请"))
    return panels


def _moved(people: list[Claimed], title: str, county: str, next_step: str) -> Table:
    return Table(
        title=title,
        headers=("姓名", "身份证号后四位", county, "已申请（元）", "下一步"),
        rows=[
            (
                text(one.name),
                text(one.id_last4),
                text(one.county_name),
                yuan(one.amount_fen),
                text(next_step),
            )
            for one in people[:SHOWN]
        ],
        numeric=frozenset({3}),
        more=Cell(text=f"共{len(people)}人，只显示前{SHOWN}人") if len(people) > SHOWN else None,
    )
