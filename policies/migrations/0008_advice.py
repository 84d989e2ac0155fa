"""Rules that point at doubtful bills."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from policies.locking import lock_rows


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0007_policies_begin_as_drafts'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdviceRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80, verbose_name='代码')),
                ('title', models.CharField(blank=True, max_length=120, verbose_name='名称')),
                ('position', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('provisional', models.BooleanField(default=False, verbose_name='待核实')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('identities', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('registered_poor', '建档立卡贫困人口'), ('minimum_living', '低保对象'), ('extreme_poverty', '特困供养人员'), ('low_income', '低收入救助对象'), ('distressed_child', '困境儿童'), ('orphan', '孤儿'), ('disabled', '残疾人'), ('severely_disabled', '重度残疾人'), ('entitled_group', '重点优抚对象'), ('special_hardship', '特殊困难家庭人员'), ('medical_poverty', '因病致贫人员'), ('lost_only_child', '计划生育特殊家庭成员')], max_length=40), blank=True, default=list, size=None, verbose_name='身份类别')),
                ('insurance_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种')),
                ('visit_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('outpatient', '普通门诊'), ('chronic_outpatient', '门诊慢性病'), ('special_outpatient', '门诊特殊病'), ('emergency', '急诊'), ('inpatient', '住院')], max_length=40), blank=True, default=list, size=None, verbose_name='就诊类型')),
                ('hospital_levels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('village', '村卫生室'), ('township', '乡镇（社区）级'), ('county_2', '县级二级及以下'), ('county_3', '县级三级'), ('city_2', '市级二级及以下'), ('city_3', '市级三级'), ('province_2', '省级二级及以下'), ('province_3', '省级三级')], max_length=40), blank=True, default=list, size=None, verbose_name='医疗机构级别')),
                ('hospital_designations', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('certification', '慢性病鉴定'), ('chronic_visit', '慢性病就诊'), ('psychiatric', '精神专科'), ('catastrophic', '大病救治')], max_length=40), blank=True, default=list, size=None, verbose_name='定点类别')),
                ('ownerships', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('public', '公立'), ('private', '民营')], max_length=40), blank=True, default=list, size=None, verbose_name='办医主体')),
                ('places', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('in_county', '县域内'), ('in_city', '市域内县域外'), ('outside_networked', '市域外联网'), ('outside_not_networked', '市域外未联网')], max_length=40), blank=True, default=list, size=None, verbose_name='就医地')),
                ('referrals', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('not_needed', '无需转诊'), ('referred', '已办理转诊'), ('not_referred', '未办理转诊')], max_length=40), blank=True, default=list, size=None, verbose_name='转诊情况')),
                ('disease_lists', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='病种目录')),
                ('drug_lists', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='药品目录')),
                ('county_classes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='县区类别')),
                ('certified', models.BooleanField(default=False, verbose_name='须经鉴定')),
                ('age_from', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='年龄自（周岁）')),
                ('age_below', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='年龄未满（周岁）')),
                ('total_from_fen', models.BigIntegerField(blank=True, null=True, verbose_name='总费用自（分）')),
                ('total_below_fen', models.BigIntegerField(blank=True, null=True, verbose_name='总费用低于（分）')),
                ('kind', models.CharField(choices=[('exam_outside_standard', '超标准检查项目'), ('drug_outside_disease', '超病种用药'), ('yearly_dose', '超个人年度用药总剂量'), ('same_drug_several_names', '同日同药多人名'), ('inpatient_elsewhere', '住院期间另有就诊'), ('after_death', '死亡后的服务'), ('after_removal', '身份终止后就诊'), ('expired_drug', '过期药品'), ('out_of_catalogue_share', '目录外费用占比超限'), ('consumables_without_approval', '高值耗材未经审批'), ('diagnosis_mismatch', '诊断编码与申报病种不符'), ('several_claims_same_day', '同日多次就诊')], max_length=40, verbose_name='疑点种类')),
                ('severity', models.CharField(choices=[('flag', '提示'), ('block', '拒绝结算')], default='flag', max_length=10, verbose_name='处理方式')),
                ('share_bp', models.PositiveIntegerField(blank=True, null=True, verbose_name='占比上限（基点）')),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='单价自（分）')),
                ('count', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='个数自')),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('bed', '床位费'), ('consultation', '诊察费'), ('examination', '检查费'), ('laboratory', '化验费'), ('treatment', '治疗费'), ('surgery', '手术费'), ('nursing', '护理费'), ('consumables', '卫生材料费'), ('western_medicine', '西药费'), ('herbal_pieces', '中药饮片费'), ('chinese_patent_medicine', '中成药费'), ('general_service', '一般诊疗费'), ('registration', '挂号费'), ('injection', '注射费'), ('dressing', '换药费'), ('ambulance', '救护车费'), ('other', '其他费用')], max_length=40), blank=True, default=list, size=None, verbose_name='费用类别')),
                ('clause', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.clause', verbose_name='依据条款')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='policies.policy', verbose_name='政策包')),
            ],
            options={
                'verbose_name': '疑点规则',
                'verbose_name_plural': '疑点规则',
                'ordering': ['policy', 'position'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AdviceEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='次序')),
                ('disease', models.CharField(blank=True, max_length=40, verbose_name='病种')),
                ('names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='名称含')),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='编码始于')),
                ('dose', models.CharField(blank=True, max_length=20, verbose_name='年度总剂量')),
                ('dose_unit', models.CharField(blank=True, max_length=20, verbose_name='剂量单位')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='policies.advicerule', verbose_name='疑点规则')),
            ],
            options={
                'verbose_name': '药品范围',
                'verbose_name_plural': '药品范围',
                'ordering': ['rule', 'position'],
            },
        ),
        migrations.AddConstraint(
            model_name='advicerule',
            constraint=models.UniqueConstraint(fields=('policy', 'code'), name='policies_advicerule_code_unique'),
        ),
        migrations.AddConstraint(
            model_name='advicerule',
            constraint=models.CheckConstraint(condition=models.Q(('clause__isnull', False), ('provisional', True), _connector='OR'), name='policies_advicerule_cited', violation_error_message='须写明依据条款，或标为待核实。'),
        ),
        migrations.AddConstraint(
            model_name='advicerule',
            constraint=models.CheckConstraint(condition=models.Q(('age_from', None), ('age_below', None), ('age_from__lt', models.F('age_below')), _connector='OR'), name='policies_advicerule_ages'),
        ),
        migrations.AddConstraint(
            model_name='advicerule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('total_from_fen', None), ('total_from_fen__gte', 0), _connector='OR'), models.Q(('total_below_fen', None), ('total_below_fen__gt', 0), _connector='OR'), models.Q(('total_from_fen', None), ('total_below_fen', None), ('total_from_fen__lt', models.F('total_below_fen')), _connector='OR')), name='policies_advicerule_totals'),
        ),
        migrations.AddConstraint(
            model_name='advicerule',
            constraint=models.CheckConstraint(condition=models.Q(('share_bp', None), ('share_bp__lte', 10000), _connector='OR'), name='policies_advicerule_share'),
        ),
        migrations.AddConstraint(
            model_name='advicerule',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', None), ('amount_fen__gt', 0), _connector='OR'), name='policies_advicerule_amount'),
        ),
        migrations.AddConstraint(
            model_name='advicerule',
            constraint=models.CheckConstraint(condition=models.Q(('count', None), ('count__gte', 2), _connector='OR'), name='policies_advicerule_count'),
        ),
        migrations.AddConstraint(
            model_name='adviceentry',
            constraint=models.CheckConstraint(condition=models.Q(('names__len__gt', 0), ('codes__len__gt', 0), _connector='OR'), name='policies_adviceentry_named'),
        ),
        lock_rows(),
        migrations.RunSQL(
            "CREATE TRIGGER policies_adviceentry_guard BEFORE INSERT OR UPDATE OR DELETE ON policies_adviceentry"
            " FOR EACH ROW EXECUTE FUNCTION policies_guard_child('policies_advicerule', 'rule_id')",
            "DROP TRIGGER policies_adviceentry_guard ON policies_adviceentry",
        ),
    ]
