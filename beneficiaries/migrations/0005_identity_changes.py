"""Corrections of identities by hand; why somebody is not insured, who is unable to pay."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0004_certification'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IdentityChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('recognised', '补认定'), ('corrected', '更正起止日期'), ('withdrawn', '撤销认定'), ('settled', '补记差额')], max_length=12, verbose_name='办理事项')),
                ('category', models.CharField(blank=True, choices=[('registered_poor', '建档立卡贫困人口'), ('minimum_living', '低保对象'), ('extreme_poverty', '特困供养人员'), ('low_income', '低收入救助对象'), ('distressed_child', '困境儿童'), ('orphan', '孤儿'), ('disabled', '残疾人'), ('severely_disabled', '重度残疾人'), ('entitled_group', '重点优抚对象'), ('special_hardship', '特殊困难家庭人员'), ('medical_poverty', '因病致贫人员'), ('lost_only_child', '计划生育特殊家庭成员')], max_length=30, verbose_name='身份类别')),
                ('before', django.contrib.postgres.fields.ranges.DateRangeField(null=True, verbose_name='原有效期')),
                ('after', django.contrib.postgres.fields.ranges.DateRangeField(null=True, verbose_name='新有效期')),
                ('recognised_by', models.CharField(blank=True, choices=[('medical_insurance', '医疗保障（医保经办）'), ('health', '卫生健康'), ('civil_affairs', '民政'), ('poverty', '扶贫'), ('finance', '财政'), ('disabled_federation', '残联'), ('supervisor', '上级主管')], max_length=20, verbose_name='认定部门')),
                ('basis', models.CharField(max_length=200, verbose_name='依据（文号或凭证）')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True, verbose_name='差额清单摘要')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
            ],
            options={
                'verbose_name': '身份更正',
                'verbose_name_plural': '身份更正',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='NotInsured',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='参保年度')),
                ('evidence', models.CharField(max_length=200, verbose_name='凭证')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('reason', models.CharField(choices=[('army', '参军'), ('school', '入学（在学校所在地参保）'), ('elsewhere', '在异地参保'), ('employed', '新就业待转职工医保'), ('imprisoned', '服刑'), ('missing', '失踪失联'), ('other', '其他')], max_length=12, verbose_name='原因')),
            ],
            options={
                'verbose_name': '合理未参保登记',
                'verbose_name_plural': '合理未参保登记',
                'ordering': ['-id'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='UnableToPay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='参保年度')),
                ('evidence', models.CharField(max_length=200, verbose_name='凭证')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('recognised_by', models.CharField(choices=[('medical_insurance', '医疗保障（医保经办）'), ('health', '卫生健康'), ('civil_affairs', '民政'), ('poverty', '扶贫'), ('finance', '财政'), ('disabled_federation', '残联'), ('supervisor', '上级主管')], max_length=20, verbose_name='认定部门')),
            ],
            options={
                'verbose_name': '无力缴费认定',
                'verbose_name_plural': '无力缴费认定',
                'ordering': ['-id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='identity',
            name='lifted_on',
            field=models.DateField(blank=True, null=True, verbose_name='脱贫日期'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.CheckConstraint(condition=models.Q(('lifted_on', None), ('category', 'registered_poor'), _connector='OR'), name='identity_only_registered_poor_lifted'),
        ),
        migrations.AddField(
            model_name='identitychange',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人'),
        ),
        migrations.AddField(
            model_name='identitychange',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identity_changes', to='beneficiaries.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='notinsured',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='notinsured',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='notinsured',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AddField(
            model_name='unabletopay',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='unabletopay',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='unabletopay',
            name='withdrawn_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AddConstraint(
            model_name='identitychange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('after__isnull', False), ('before', None), ('kind', 'recognised')), models.Q(('after__isnull', False), ('before__isnull', False), ('kind', 'corrected')), models.Q(('after', None), ('before__isnull', False), ('kind', 'withdrawn')), models.Q(('after', None), ('before', None), ('kind', 'settled')), _connector='OR'), name='identity_change_periods_fit_kind'),
        ),
        migrations.AddConstraint(
            model_name='identitychange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('basis', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='identity_change_says_why'),
        ),
        migrations.AddConstraint(
            model_name='notinsured',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'year'), name='notinsured_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='notinsured',
            constraint=models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='notinsured_has_evidence'),
        ),
        migrations.AddConstraint(
            model_name='notinsured',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='notinsured_withdrawn_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='unabletopay',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('person', 'year'), name='unabletopay_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='unabletopay',
            constraint=models.CheckConstraint(condition=models.Q(('evidence', ''), _negated=True), name='unabletopay_has_evidence'),
        ),
        migrations.AddConstraint(
            model_name='unabletopay',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at', None), ('withdrawn_by', None)), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), _connector='OR'), name='unabletopay_withdrawn_by_somebody'),
        ),
        insert_only('beneficiaries_identitychange'),
    ]
