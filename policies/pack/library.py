"""The sections that packs share: documents, funds, disease lists (共用资料格式)."""

from policies import codes
from policies import models as tables
from policies.pack import checks
from policies.pack.kinds import DAY, FLAG, TEXT, WHOLE, choice, list_of
from policies.pack.shapes import Shape, key, reference

CLAUSES = Shape(
    section="clauses",
    model=tables.Clause,
    named_by="path",
    keys=(key("path", TEXT), key("gist", TEXT)),
)
DOCUMENTS = Shape(
    section="documents",
    model=tables.PolicyDocument,
    named_by="number",
    keys=(
        key("number", TEXT),
        key("title", TEXT),
        key("issuers", list_of(TEXT)),
        key("issued_on", DAY, None),
        key("effective_on", DAY, None),
    ),
    children=(CLAUSES,),
    checks=(checks.number_has_no_space,),
)
FUNDS = Shape(
    section="funds",
    model=tables.Fund,
    keys=(key("code", TEXT), key("name", TEXT), key("level", choice(codes.FundLevel))),
)
ICD10 = Shape(
    section="icd10",
    model=tables.DiseaseIcd10Range,
    named_by="",
    keys=(key("first", TEXT), key("last", TEXT, ""), key("excluded", FLAG, False), key("remark", TEXT, "")),
    checks=(checks.icd10_is_a_range,),
)
DISEASES = Shape(
    section="diseases",
    model=tables.Disease,
    named_by="number",
    keys=(
        key("number", WHOLE),
        key("name", TEXT),
        key("qualifier", TEXT, ""),
        key("origin", TEXT, ""),
        key("any_time_application", FLAG, False),
        key("aliases", list_of(TEXT), []),
    ),
    children=(ICD10,),
)
DRUGS = Shape(
    section="drugs",
    model=tables.Drug,
    keys=(key("code", TEXT), key("name", TEXT), key("aliases", list_of(TEXT), [])),
)
DRUG_LISTS = Shape(
    section="drug_lists",
    model=tables.DrugList,
    keys=(
        key("code", TEXT),
        key("name", TEXT),
        reference("clause"),
        key("provisional", FLAG, False),
        key("note", TEXT, ""),
    ),
    children=(DRUGS,),
    checks=(checks.is_cited,),
)
DISEASE_LISTS = Shape(
    section="disease_lists",
    model=tables.DiseaseList,
    keys=(
        key("code", TEXT),
        key("name", TEXT),
        reference("clause"),
        # Keys ``list/number`` of diseases that another list numbers.
        key("also_includes", list_of(TEXT), []),
    ),
    children=(DISEASES,),
)
