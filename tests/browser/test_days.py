"""One full day of each role in a real browser: log in, work, see what came of it, log out (各部门的一天)."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.beneficiaries.rosters import number_of
from tests.browser.visits import Visit
from tests.browser.world import World

Begin = Callable[[str], Visit]


def test_the_medical_insurance_office_imports_reviews_looks_builds_and_submits(
    visit: Begin, world: World
) -> None:
    office = visit("office")
    page = office.opens("/admin/")
    expect(page.get_by_role("heading", name="首页")).to_be_visible()

    upload_two_people(office)
    expect(page.locator("a[href*='difference=new']")).to_have_text("2")
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("已生效").first).to_be_visible()

    office.opens("/admin/beneficiaries/certificationapplication/")
    page.get_by_role("link", name="JD410199-2019-00003").click()
    page.get_by_role("link", name="审核").last.click()
    page.get_by_label("说明").fill("血脂达到标准")
    page.get_by_role("button", name="确认审核").click()
    expect(page.get_by_text("待决定").first).to_be_visible()

    office.opens("/admin/settlement/claim/")
    page.locator("#result_list tbody th a").first.click()
    expect(page.get_by_text("基本医疗保险").first).to_be_visible()
    page.get_by_role("link", name="打印一单清").click()
    expect(page.get_by_text("个人负担").first).to_be_visible()

    office.opens("/admin/reimbursement/quarterlyledger/build-quarter/")
    page.get_by_label("县（市、区）").select_option("示例县")
    page.get_by_label("年度").fill("2019")
    page.get_by_label("季度").select_option("2")
    page.locator("form:has([name=quarter]) [type=submit]").click()
    expect(page.get_by_text("已完成").first).to_be_visible()

    submit_the_open_quarter(office)
    office.cannot_open(*world.strangers)
    office.logs_out()


def upload_two_people(office: Visit) -> None:
    """A roster of the poverty office that names two new people."""
    rows = "\r\n".join(
        f"郭小{name},{number_of(serial)},建档立卡,青山乡,石桥村,41019999001,郭小一"
        for serial, name in ((990_001, "一"), (990_002, "二"))
    )
    text = f"姓名,身份证号码,人员类别,乡镇,行政村,户编号,户主\r\n{rows}\r\n"
    page = office.opens("/admin/beneficiaries/rosterimport/")
    page.get_by_role("link", name="上传名单").click()
    page.get_by_label("来源部门").select_option("扶贫")
    page.get_by_label("名单日期").fill("2019-06-28")
    page.get_by_label("收到日期").fill("2019-06-29")
    page.get_by_label("增减名单").check()
    page.get_by_label("建档立卡贫困人口").check()
    file = {"name": "新增.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.get_by_role("button", name="上传并核对").click()


def submit_the_open_quarter(office: Visit) -> None:
    """Review what the hospitals confirmed of the first quarter, then submit it for the county."""
    address = "/admin/reimbursement/quarterlyledger/?quarter__exact=1&status__exact=open"
    page = office.opens(address)
    links = page.locator("#result_list tbody th a").all()
    for path in [link.get_attribute("href") or "" for link in links]:
        office.opens(path)
        page.get_by_role("button", name="审核通过").click()
        expect(page.get_by_text("审核通过").first).to_be_visible()
    page.get_by_role("link", name="全县汇总报送").click()
    page.get_by_role("button", name="确认报送").click()
    expect(page.get_by_text("已报送").first).to_be_visible()


def test_the_health_commission_decides_a_certification_and_writes_down_a_visit(
    visit: Begin, world: World
) -> None:
    health = visit("health")
    page = health.opens("/admin/beneficiaries/certificationapplication/?state__exact=reviewed")
    page.get_by_role("link", name="JD410199-2019-00004").click()
    page.get_by_role("link", name="决定").click()
    page.get_by_label("高脂血症：结论").select_option("通过")
    page.get_by_label("有效期末日").fill("2021-06-29")
    page.get_by_role("button", name="确认决定").click()
    page.get_by_role("link", name="发证").click()
    page.get_by_role("button", name="确认发证").click()
    expect(page.get_by_text("已发证").first).to_be_visible()

    health.opens("/admin/beneficiaries/followup/")
    page.get_by_role("link", name="2019-06-20").first.click()
    page.get_by_role("link", name="登记随访").click()
    page.get_by_label("完成日期").fill("2019-06-29")
    page.get_by_label("随访内容").fill("上门测量血压，指导服药")
    save(page)
    expect(page.get_by_text("上门测量血压，指导服药").first).to_be_visible()
    health.cannot_open(*world.strangers)
    health.logs_out()


def test_civil_affairs_confirms_the_roster_that_waits(visit: Begin, world: World) -> None:
    civil = visit("civil")
    page = civil.opens("/admin/beneficiaries/rosterimport/")
    page.get_by_role("link", name="2019-06-25").click()
    expect(page.locator("a[href*='difference=left']")).to_have_text("3")
    page.locator("a[href*='difference=new']").click()
    expect(page.get_by_text("冯桂英").first).to_be_visible()
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("已生效").first).to_be_visible()
    civil.cannot_open(*world.strangers)
    civil.logs_out()


def test_the_poverty_office_sees_who_is_not_insured_and_corrects_an_identity(
    visit: Begin, world: World
) -> None:
    poverty = visit("poverty")
    page = poverty.opens("/admin/beneficiaries/notinsured/gaps/")
    page.get_by_role("link", name="示例县").first.click()
    expect(page.get_by_text("合计").first).to_be_visible()
    poverty.opens("/admin/beneficiaries/person/?q=吴建国")
    page.locator("#result_list tbody th a").click()
    page.get_by_role("link", name="更正身份").click()
    page.get_by_label("办理事项").select_option("补认定")
    page.get_by_label("身份类别").select_option("建档立卡贫困人口")
    page.get_by_label("认定部门").select_option("扶贫")
    page.get_by_label("生效日期").fill("2019-03-01")
    page.get_by_label("最后一日").fill("2019-06-09")
    page.get_by_label("依据").fill("县扶贫办2019年第7号")
    page.get_by_label("事由").fill("3月起符合标准")
    page.get_by_role("button", name="查看差额").click()
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("2019-03-01").first).to_be_visible()
    poverty.cannot_open(world.strangers.person)
    poverty.logs_out()


def test_a_hospital_confirms_its_own_ledger_and_sees_no_other(visit: Begin, world: World) -> None:
    hospital = visit("hospital")
    page = hospital.opens("/admin/reimbursement/quarterlyledger/")
    expect(page.locator("#result_list").get_by_text("示例县人民医院").first).to_be_visible()
    expect(page.locator("#result_list").get_by_text("示例县中医院")).to_have_count(0)
    hospital.opens(world.hospital_ledger)
    page.get_by_role("button", name="确认无误").click()
    expect(page.get_by_text("医疗机构确认").first).to_be_visible()
    hospital.cannot_open(world.others_ledger, world.strangers.claim)
    hospital.logs_out()


def test_the_finance_bureau_approves_and_pays(visit: Begin, world: World) -> None:
    finance = visit("finance")
    page = finance.opens("/finance/")
    expect(page.get_by_role("heading", name="待办申报")).to_be_visible()
    page.get_by_role("link", name="待核定").first.click()
    page.get_by_role("button", name="核定全部应付").click()
    expect(page.get_by_role("status")).to_contain_text("已核定应付金额")
    page.get_by_role("link", name="登记拨付").first.click()
    page.get_by_label("银行流水号").fill("GH20190630001")
    page.get_by_role("button", name="登记拨付").click()
    expect(page.get_by_role("status")).to_contain_text("已登记拨付")
    finance.cannot_open(*world.strangers)
    finance.logs_out()


def test_the_prefecture_reads_all_counties_and_changes_nothing(visit: Begin, world: World) -> None:
    prefecture = visit("prefecture")
    for path in (*world.strangers, world.hospital_ledger):
        page = prefecture.opens(path)
        expect(page.locator("#main form[method=post]")).to_have_count(0)
    page = prefecture.opens("/admin/reimbursement/quarterlyledger/")
    expect(page.locator("#result_list").get_by_text("邻县").first).to_be_visible()
    expect(page.locator("#result_list").get_by_text("示例县").first).to_be_visible()
    expect(page.get_by_role("link", name="编制全县")).to_have_count(0)
    prefecture.logs_out()


def test_the_insurer_reviews_a_claim_from_papers(visit: Begin, world: World) -> None:
    insurer = visit("insurer")
    page = insurer.opens("/admin/settlement/manualclaim/")
    page.get_by_role("link", name="LX00000001").click()
    page.get_by_role("link", name="初审通过").click()
    page.get_by_label("说明").fill("票据齐全")
    page.get_by_role("button", name="确认初审通过").click()
    expect(page.get_by_text("待复审").first).to_be_visible()
    expect(page.get_by_role("link", name="复审通过")).to_have_count(0)
    insurer.cannot_open(*world.strangers)
    insurer.logs_out()


def test_the_system_administrator_makes_an_account_and_finds_it_on_the_audit_trail(visit: Begin) -> None:
    admin = visit("admin")
    page = admin.opens("/admin/auth/user/add/")
    page.get_by_label("用户名").fill("xinjingban")
    page.get_by_label("密码", exact=True).fill("由管理员设置的密码-1")
    page.get_by_label("密码确认").fill("由管理员设置的密码-1")
    page.get_by_role("button", name="保存并继续编辑").click()
    page.get_by_label("工作人员状态").check()
    save(page)
    expect(page.locator("#result_list").get_by_role("link", name="xinjingban")).to_be_visible()
    admin.opens("/admin/common/change/")
    expect(page.locator("#result_list").get_by_text("xinjingban").first).to_be_visible()
    admin.opens("/admin/auth/group/")
    expect(page.get_by_role("link", name="医保经办")).to_be_visible()
    admin.logs_out()


def save(page: Page) -> None:
    """Press the form's own button."""
    page.get_by_role("button", name="保存", exact=True).click()
