"""An explanation in Chinese sentences that a clerk understands (结算说明的文字表述). Computes nothing."""

from collections.abc import Mapping
from typing import Any

from common.money import format_percent, format_yuan

# An explanation is JSON; its values are read by key.
Node = Mapping[str, Any]

TIER_NAMES = {
    "basic": "基本医疗保险",
    "critical": "大病保险",
    "supplementary": "大病补充保险",
    "assistance": "医疗救助",
    "backstop": "政府兜底",
}
WHY_NOTHING = {
    "no_rule_matches": "没有适用的待遇规则",
    "nothing_left": "已无剩余的政策范围内费用",
    "below_deductible": "未超过起付线",
    "above_last_band": "已超过最高分段",
    "bands_pay_nothing": "按规定比例计算为零",
    "cap_reached": "已达封顶线",
    "waits_for_start": "年度累计尚未达到启动线，暂不救助，待达到后或年末补算",
    "already_paid": "全年应付金额此前已付清",
    "no_bed_days": "没有住院床日",
    "cut_by_overall_ceiling": "受总报销比例上限限制",
    "left_to_given": "其他系统已支付其余费用",
}
UPLIFT_STEPS = {
    "rule": "适用专门规则",
    "deductible": "起付线降低",
    "rate": "报销比例提高",
    "cap": "取消封顶线",
    "given": "为其他系统的支付留出",
    "ceiling": "受总比例上限核减",
}
_PERIODS = {"visit": "本次", "month": "本月", "quarter": "本季度", "year": "本年度"}
_STAGES = {"bill": "账单", "before_assistance": "医疗救助前剩余费用", "patient_share": "个人自付部分"}


def describe(explanation: Node) -> list[str]:
    """One sentence or two per step of the settlement, in its order."""
    sentences = [_waiver(waiver) for waiver in explanation["waivers"]]
    if explanation["quota"]:
        sentences.append(_quota(explanation["quota"]))
    for tier in explanation["tiers"]:
        sentences.append(_tier(tier))
        sentences.extend(_beside(tier))
    if explanation["ceiling"] and explanation["ceiling"]["cut_fen"]:
        sentences.append(_ceiling(explanation["ceiling"]))
    if explanation["out_of_catalogue"]:
        sentences.append(_out_of_catalogue(explanation["out_of_catalogue"]))
    sentences.append(_totals(explanation["totals"]))
    return sentences


def yuan(amount_fen: int) -> str:
    """``1,234.50 元``."""
    return f"{_grouped(format_yuan(amount_fen))} 元"


def _grouped(amount: str) -> str:
    sign, digits = ("-", amount[1:]) if amount.startswith("-") else ("", amount)
    whole, _, decimals = digits.partition(".")
    return f"{sign}{int(whole):,}.{decimals}"


def _basis(node: Node) -> str:
    clause = f"；依据 {node['clause']}" if node["clause"] else ""
    return clause + ("（待核实）" if node["provisional"] else "")


def _waiver(waiver: Node) -> str:
    what = "、".join(waiver["categories"]) or _STAGES[waiver["stage"]]
    rate = format_percent(waiver["rate_bp"])
    return f"减免（{what}）{rate}：{yuan(waiver['waived_fen'])}，由医院承担{_basis(waiver)}。"


def _quota(quota: Node) -> str:
    over = f"，超出限额的 {yuan(quota['over_fen'])}由个人负担" if quota["over_fen"] else ""
    return (
        f"病种限额：{_PERIODS[quota['period']]}限额 {yuan(quota['limit_fen'])}，"
        f"此前已用 {yuan(quota['before_fen'])}，本次计入 {yuan(quota['used_fen'])}{over}{_basis(quota)}。"
    )


def _tier(tier: Node) -> str:
    name = TIER_NAMES[tier["tier"]]
    if tier["given"]:
        return f"{name}：其他系统已支付 {_given(tier)}"
    if not tier["rule"]:
        return f"{name}：{WHY_NOTHING[tier['why_nothing']]}，不予支付。"
    parts = [
        _base(tier),
        *_deductible(tier),
        *_bands(tier),
        *_drugs(tier),
        *_already_paid(tier),
        *_caps(tier),
        _outcome(tier),
    ]
    return f"{name}（{tier['rule']}）：{'；'.join(parts)}{_basis(tier)}。"


def _base(tier: Node) -> str:
    base = f"本次基数 {yuan(tier['base_fen'])}"
    if tier["measured"] == "year":
        base += f"，本年此前累计 {yuan(tier['before_fen'])}"
    return base


def _deductible(tier: Node) -> list[str]:
    ordinary_fen, effective_fen = tier["deductible"]["ordinary_fen"], tier["deductible"]["effective_fen"]
    if not ordinary_fen:
        return []
    kind = "起付线（达到后全额计算）" if tier["deductible"]["threshold_only"] else "起付线"
    if effective_fen == ordinary_fen:
        return [f"{kind} {yuan(ordinary_fen)}"]
    lowered = "已免除" if not effective_fen else f"降为 {yuan(effective_fen)}"
    return [f"{kind} {yuan(ordinary_fen)}，{lowered}"]


def _bands(tier: Node) -> list[str]:
    if "bed_day_fen" in tier:
        return [f"{tier['bed_days']} 床日，每床日 {yuan(tier['bed_day_fen'])}"]
    excess = "超过起付线后 " if tier["bands_on_excess"] else ""
    scale = "" if tier["scale_bp"] == 10_000 else f"的 {format_percent(tier['scale_bp'])}"
    return [
        f"{excess}{_edges(band)} {yuan(band['slice_fen'])}按 {format_percent(band['rate_bp'])}{scale}"
        f" 支付 {_grouped(band['exact_yuan'])} 元"
        for band in tier["bands"]
        if band["slice_fen"]
    ]


def _edges(band: Node) -> str:
    if "ceiling_fen" in band:
        return f"{yuan(band['floor_fen'])}至 {yuan(band['ceiling_fen'])}部分"
    return f"{yuan(band['floor_fen'])}以上部分" if band["floor_fen"] else "全部"


def _drugs(tier: Node) -> list[str]:
    if "drugs" not in tier:
        return []
    drugs = tier["drugs"]
    counted = "" if drugs["counted_fen"] == drugs["cost_fen"] else f"，计入 {yuan(drugs['counted_fen'])}"
    return [
        f"其中目录内药品 {yuan(drugs['cost_fen'])}{counted}，比例提高至多 {format_percent(drugs['add_bp'])}，"
        f"多支付 {_grouped(drugs['exact_yuan'])} 元"
    ]


def _given(tier: Node) -> str:
    if "reported_fen" not in tier:
        return f"{yuan(tier['paid_fen'])}，按原额计入。"
    return (
        f"{yuan(tier['reported_fen'])}，超过剩余的政策范围内费用，只计入 {yuan(tier['paid_fen'])}，"
        "请与该系统核对。"
    )


def _already_paid(tier: Node) -> list[str]:
    if "already_paid_fen" not in tier:
        return []
    forgone = f"，此前核减不再补付 {yuan(tier['forgone_fen'])}" if tier["forgone_fen"] else ""
    return [f"全年应付 {yuan(tier['by_bands_fen'])}，此前已付 {yuan(tier['already_paid_fen'])}{forgone}"]


def _caps(tier: Node) -> list[str]:
    if tier["cap_lifted"]:
        return ["不设封顶线"]
    rows = []
    for cap in tier["caps"]:
        scope = "年度封顶线" if cap["pool"] else "单次封顶线"
        used = f"，此前已用 {yuan(cap['used_fen'])}，还可支付 {yuan(cap['room_fen'])}" if cap["pool"] else ""
        rows.append(f"{scope} {yuan(cap['limit_fen'])}{used}")
    return rows


def _outcome(tier: Node) -> str:
    if tier["why_nothing"]:
        return f"{WHY_NOTHING[tier['why_nothing']]}，支付 0.00 元"
    funds = "、".join(f"{part['fund']} {yuan(part['amount_fen'])}" for part in tier["funds"])
    yielded = f"，已为其他系统的支付留出 {yuan(tier['yielded_fen'])}" if "yielded_fen" in tier else ""
    paid = f"本次支付 {yuan(tier['paid_fen'])}" + (f"（{funds}）" if funds else "")
    if tier["account_fen"]:
        paid += f"，另转个人账户 {yuan(tier['account_fen'])}"
    return paid + yielded


def _beside(tier: Node) -> list[str]:
    """What stands beside a payment: uplifts that hold, rules not taken, the gain over ordinary terms."""
    sentences = [
        f"　未采用 {other['rule']}：可支付 {yuan(other['amount_fen'])}，"
        + ("低于所采用的规则，不重复享受。" if other["why"] == "pays_less" else "与所采用的规则相同。")
        for other in tier["candidates"]
    ]
    sentences += [f"　倾斜政策 {uplift['code']}{_basis(uplift)}。" for uplift in tier.get("uplifts", ())]
    gain = tier.get("uplift", {})
    if gain.get("gain_fen"):
        steps = "，".join(
            f"{UPLIFT_STEPS[item['step']]} {yuan(item['amount_fen'])}"
            for item in gain["items"]
            if item["amount_fen"]
        )
        ordinary, more = yuan(gain["ordinary_fen"]), yuan(gain["gain_fen"])
        sentences.append(f"　提高待遇部分：普通待遇 {ordinary}，提高 {more}（{steps}）。")
    return sentences


def _ceiling(ceiling: Node) -> str:
    return (
        f"各项支付合计不超过总费用的 {format_percent(ceiling['share_bp'])}"
        f"（{yuan(ceiling['limit_fen'])}），核减 {yuan(ceiling['cut_fen'])}{_basis(ceiling)}。"
    )


def _out_of_catalogue(control: Node) -> str:
    share = format_percent(control["share_bp"])
    start = f"目录外费用 {yuan(control['out_fen'])}，允许不超过 {share}（{yuan(control['allowed_fen'])}）"
    if control["approved"]:
        return f"{start}，已有审批，医院不承担{_basis(control)}。"
    return f"{start}，医院承担 {yuan(control['hospital_borne_fen'])}{_basis(control)}。"


def _totals(totals: Node) -> str:
    account = f"；转个人账户 {yuan(totals['account_fen'])}" if totals["account_fen"] else ""
    paid_fen = (
        totals["total_fen"] - totals["waived_fen"] - totals["hospital_borne_fen"] - totals["patient_fen"]
    )
    return (
        f"总费用 {yuan(totals['total_fen'])}，减免 {yuan(totals['waived_fen'])}，"
        f"各层次支付 {yuan(paid_fen)}，医院承担 {yuan(totals['hospital_borne_fen'])}，"
        f"个人自付 {yuan(totals['patient_fen'])}{account}。"
    )
