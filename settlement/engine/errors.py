"""What the engine refuses (拒绝结算的原因). Every error carries a stable code and a Chinese sentence."""


class EngineError(Exception):
    """The claim cannot be settled; ``code`` is stable, ``str(error)`` says in Chinese what to do."""

    code = "engine_error"


class LinePartsError(EngineError):
    """A line's parts do not make its amount (明细各部分之和不等于金额)."""

    code = "line_parts_mismatch"


class MissingParameterError(EngineError):
    """A matching rule lacks a number the office has not entered yet (参数缺失)."""

    code = "policy_parameter_missing"


class GivenPaymentError(EngineError):
    """A payment of another system exceeds what was left, or names a tier the policy has not."""

    code = "given_payment_invalid"


class InvariantError(EngineError):
    """The engine found its own result impossible: a defect, never the user's fault."""

    code = "engine_invariant_broken"


class PolicyDefectError(EngineError):
    """The policy contradicts itself, e.g. overlapping bands (政策条款自相矛盾)."""

    code = "policy_defective"


class YearEndClaimError(EngineError):
    """A year-end assistance run carries cost of its own (年末救助不得带费用明细)."""

    code = "year_end_with_cost"
