"""What is doubtful about claims, and what offices did about it."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0002_api_safety'),
        ('settlement', '0007_hospital_requests'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(blank=True, max_length=80, verbose_name='规则代码')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('kind', models.CharField(choices=[('exam_outside_standard', '超标准检查项目'), ('drug_outside_disease', '超病种用药'), ('yearly_dose', '超个人年度用药总剂量'), ('same_drug_several_names', '同日同药多人名'), ('inpatient_elsewhere', '住院期间另有就诊'), ('after_death', '死亡后的服务'), ('after_removal', '身份终止后就诊'), ('expired_drug', '过期药品'), ('out_of_catalogue_share', '目录外费用占比超限'), ('consumables_without_approval', '高值耗材未经审批'), ('diagnosis_mismatch', '诊断编码与申报病种不符'), ('several_claims_same_day', '同日多次就诊'), ('false_certificate', '虚假诊断证明'), ('other', '其他违规')], max_length=40, verbose_name='疑点种类')),
                ('severity', models.CharField(choices=[('flag', '提示'), ('block', '拒绝结算')], max_length=10, verbose_name='处理方式')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='依据条款')),
                ('provisional', models.BooleanField(default=False, verbose_name='待核实')),
                ('evidence', models.TextField(verbose_name='依据事实')),
                ('line_nos', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), blank=True, default=list, size=None, verbose_name='涉及明细行')),
                ('related', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='相关单据')),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='发现时间')),
                ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='settlement.claim', verbose_name='费用')),
                ('county', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.region', verbose_name='参保县（市、区）')),
                ('hospital', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.hospital', verbose_name='医疗机构')),
                ('raised_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记录人')),
            ],
            options={
                'verbose_name': '疑点',
                'verbose_name_plural': '疑点',
                'ordering': ['-id'],
                'permissions': [('handle_flag', '处理疑点')],
            },
        ),
        migrations.CreateModel(
            name='FlagStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='序号')),
                ('state', models.CharField(choices=[('asked', '已请机构说明'), ('explained', '机构已说明'), ('confirmed', '已认定'), ('dismissed', '已排除'), ('reversed', '费用已冲销')], max_length=12, verbose_name='状态')),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('flag', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='settlement.flag', verbose_name='疑点')),
            ],
            options={
                'verbose_name': '疑点处理记录',
                'verbose_name_plural': '疑点处理记录',
                'ordering': ['flag_id', 'number'],
            },
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(fields=['county', '-id'], name='flag_county'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('rule', ''), _negated=True), fields=('claim', 'rule'), name='flag_once_per_rule'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('raised_by', None), models.Q(('rule', ''), _negated=True)), models.Q(('raised_by__isnull', False), ('rule', '')), _connector='OR'), name='flag_by_rule_or_hand'),
        ),
        migrations.AddConstraint(
            model_name='flagstep',
            constraint=models.UniqueConstraint(fields=('flag', 'number'), name='flag_step_once'),
        ),
        migrations.AddConstraint(
            model_name='flagstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('by', None), ('state', 'reversed')), models.Q(models.Q(('state', 'reversed'), _negated=True), ('by__isnull', False)), _connector='OR'), name='flag_step_has_a_person'),
        ),
        insert_only('settlement_flag'),
        insert_only('settlement_flagstep'),
    ]
