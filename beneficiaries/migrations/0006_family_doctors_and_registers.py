"""Contracts with family doctors and their follow-ups; registers configured as data."""

import beneficiaries.models.registers
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0005_identity_changes'),
        ('organizations', '0003_account_security'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DoctorContract',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('doctor', models.CharField(max_length=60, verbose_name='家庭医生')),
                ('team', models.CharField(blank=True, max_length=60, verbose_name='团队')),
                ('signed_on', models.DateField(verbose_name='签约日期')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='服务期')),
                ('package', models.CharField(max_length=100, verbose_name='服务包')),
                ('fee_fen', models.BigIntegerField(verbose_name='年服务费（分）')),
                ('payer', models.CharField(choices=[('public_health', '基本公共卫生服务经费'), ('insurance', '医保基金'), ('county', '县级财政'), ('person', '签约居民')], max_length=15, verbose_name='付费方')),
                ('ended_because', models.CharField(blank=True, max_length=200, verbose_name='提前终止原因')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doctor_contracts', to='organizations.hospital', verbose_name='签约机构')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='doctor_contracts', to='beneficiaries.person', verbose_name='人员')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '家庭医生签约',
                'verbose_name_plural': '家庭医生签约',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('home', '上门随访'), ('phone', '电话随访'), ('clinic', '门诊随访'), ('guidance', '建档、鉴定和救治指导')], max_length=10, verbose_name='方式')),
                ('planned_on', models.DateField(verbose_name='计划日期')),
                ('done_on', models.DateField(null=True, verbose_name='完成日期')),
                ('content', models.CharField(blank=True, max_length=1000, verbose_name='随访内容')),
                ('done_at', models.DateTimeField(null=True, verbose_name='登记时间')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='beneficiaries.doctorcontract', verbose_name='签约')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='安排人')),
            ],
            options={
                'verbose_name': '家庭医生随访',
                'verbose_name_plural': '家庭医生随访',
                'ordering': ['planned_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RegisterEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('summary', models.CharField(max_length=100, verbose_name='内容')),
                ('happened_on', models.DateField(verbose_name='日期')),
                ('values', models.JSONField(default=dict, verbose_name='登记项目')),
                ('township', models.CharField(blank=True, max_length=60, verbose_name='乡镇（街道）')),
                ('village', models.CharField(blank=True, max_length=60, verbose_name='村（社区）')),
                ('responsible', models.CharField(blank=True, max_length=60, verbose_name='责任人')),
                ('due_on', models.DateField(null=True, verbose_name='办理期限')),
                ('state', models.CharField(choices=[('open', '待办'), ('in_progress', '办理中'), ('on_file', '在册'), ('closed', '已办结')], max_length=12, verbose_name='状态')),
                ('closed_on', models.DateField(null=True, verbose_name='办结日期')),
                ('closing_note', models.CharField(blank=True, max_length=500, verbose_name='办结说明')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办结人')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='register_entries', to='organizations.region', verbose_name='县（市、区）')),
                ('hospital', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='register_entries', to='organizations.hospital', verbose_name='医疗机构')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='register_entries', to='organizations.office', verbose_name='责任单位')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='register_entries', to='beneficiaries.person', verbose_name='人员')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.region', verbose_name='区划')),
            ],
            options={
                'verbose_name': '登记',
                'verbose_name_plural': '登记',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RegisterAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=150, verbose_name='文件名')),
                ('file', models.FileField(max_length=120, storage=beneficiaries.models.registers.attachment_storage, upload_to='', verbose_name='文件')),
                ('size', models.PositiveIntegerField(verbose_name='大小（字节）')),
                ('media_type', models.CharField(max_length=80, verbose_name='类型')),
                ('sha256', models.CharField(max_length=64, verbose_name='文件摘要')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='上传时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='beneficiaries.registerentry', verbose_name='登记')),
            ],
            options={
                'verbose_name': '登记附件',
                'verbose_name_plural': '登记附件',
                'ordering': ['entry_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RegisterKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('group', models.CharField(max_length=30, verbose_name='分组')),
                ('clause', models.CharField(help_text='例如 黔南医保发〔2019〕36号 二(一)', max_length=120, verbose_name='依据')),
                ('purpose', models.CharField(max_length=300, verbose_name='登记内容')),
                ('city_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, help_text='空为全部', size=None, verbose_name='适用的市（州）')),
                ('fields', models.JSONField(verbose_name='登记项目')),
                ('tracked', models.BooleanField(help_text='办结即销号；否则登记后为在册', verbose_name='须办结')),
                ('writer_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('medical_insurance', '医疗保障（医保经办）'), ('health', '卫生健康'), ('civil_affairs', '民政'), ('poverty', '扶贫'), ('finance', '财政'), ('disabled_federation', '残联'), ('supervisor', '上级主管')], max_length=20), size=None, verbose_name='登记部门')),
                ('hospitals_write', models.BooleanField(verbose_name='医疗机构可登记')),
                ('responsible_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('medical_insurance', '医疗保障（医保经办）'), ('health', '卫生健康'), ('civil_affairs', '民政'), ('poverty', '扶贫'), ('finance', '财政'), ('disabled_federation', '残联'), ('supervisor', '上级主管')], max_length=20), default=list, size=None, verbose_name='责任部门')),
                ('deadline_days', models.PositiveSmallIntegerField(null=True, verbose_name='办理期限（天）')),
                ('deadline_in_working_days', models.BooleanField(verbose_name='期限按工作日计')),
                ('target_count', models.PositiveSmallIntegerField(null=True, verbose_name='目标数')),
                ('target_per', models.CharField(blank=True, choices=[('village', '每村'), ('township', '每乡镇'), ('hospital', '每家医疗机构'), ('county', '每县')], max_length=10, verbose_name='目标按')),
                ('target_period', models.CharField(blank=True, choices=[('year', '每年'), ('quarter', '每季度'), ('standing', '长期')], max_length=10, verbose_name='目标期间')),
                ('position', models.PositiveSmallIntegerField(verbose_name='次序')),
            ],
            options={
                'verbose_name': '登记簿',
                'verbose_name_plural': '登记簿',
                'ordering': ['position'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('target_count', None), ('target_per', ''), ('target_period', '')), models.Q(('target_count__gt', 0), models.Q(('target_per', ''), _negated=True), models.Q(('target_period', ''), _negated=True)), _connector='OR'), name='register_kind_target_whole')],
            },
        ),
        migrations.AddField(
            model_name='registerentry',
            name='kind',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='beneficiaries.registerkind', verbose_name='登记簿'),
        ),
        migrations.CreateModel(
            name='RegisterStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('recorded', '登记'), ('changed', '修改'), ('started', '开始办理'), ('closed', '办结'), ('reopened', '重新办理'), ('attached', '上传附件')], max_length=10, verbose_name='事项')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('content', models.JSONField(default=dict, verbose_name='当时内容')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='beneficiaries.registerentry', verbose_name='登记')),
            ],
            options={
                'verbose_name': '办理记录',
                'verbose_name_plural': '办理记录',
                'ordering': ['entry_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ServiceFee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('payer', models.CharField(choices=[('public_health', '基本公共卫生服务经费'), ('insurance', '医保基金'), ('county', '县级财政'), ('person', '签约居民')], max_length=15, verbose_name='付费方')),
                ('item', models.CharField(max_length=60, verbose_name='项目')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('posted_on', models.DateField(verbose_name='记账日期')),
                ('posted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记账时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='冲销原因')),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fees', to='beneficiaries.doctorcontract', verbose_name='签约')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='beneficiaries.servicefee', verbose_name='冲销')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_fees', to='organizations.region', verbose_name='县（市、区）')),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='service_fees', to='organizations.hospital', verbose_name='医疗机构')),
                ('posted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='记账人')),
            ],
            options={
                'verbose_name': '签约服务经费',
                'verbose_name_plural': '签约服务经费',
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='doctorcontract',
            constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='doctor_contract_period_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='doctorcontract',
            constraint=models.CheckConstraint(condition=models.Q(('fee_fen__gte', 0)), name='doctor_contract_fee'),
        ),
        migrations.AddConstraint(
            model_name='doctorcontract',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('person'), models.F('person'), models.Value('[]'), function='int8range'), '&&'), ('valid', '&&')], name='doctor_contract_once', violation_error_message='该人员在这段时间已有家庭医生签约，请先终止原签约。'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('done_on', None)), fields=['planned_on'], name='follow_up_to_do'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.UniqueConstraint(fields=('contract', 'kind', 'planned_on'), name='follow_up_once_a_day', violation_error_message='该签约当天已安排同样的随访。'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('content', ''), ('done_at', None), ('done_by', None), ('done_on', None)), models.Q(('done_at__isnull', False), ('done_by__isnull', False), ('done_on__isnull', False), models.Q(('content', ''), _negated=True)), _connector='OR'), name='follow_up_done_whole'),
        ),
        migrations.AddIndex(
            model_name='registerentry',
            index=models.Index(fields=['kind', 'county', 'happened_on'], name='register_entry_kind'),
        ),
        migrations.AddIndex(
            model_name='registerentry',
            index=models.Index(condition=models.Q(('state__in', ['open', 'in_progress'])), fields=['county', 'due_on'], name='register_entry_due'),
        ),
        migrations.AddConstraint(
            model_name='registerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_by__isnull', False), ('closed_on__isnull', False), ('state', 'closed'), models.Q(('closing_note', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_by', None), ('closed_on', None), ('closing_note', '')), _connector='OR'), name='register_entry_closed_by_somebody'),
        ),
        migrations.AddIndex(
            model_name='servicefee',
            index=models.Index(fields=['county', 'hospital', 'posted_on'], name='service_fee_quarter'),
        ),
        migrations.AddConstraint(
            model_name='servicefee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('corrects', None)), models.Q(('amount_fen__lt', 0), ('corrects__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='service_fee_sign'),
        ),
        insert_only('beneficiaries_servicefee'),
        insert_only('beneficiaries_registerstep'),
        insert_only('beneficiaries_registerattachment'),
    ]
