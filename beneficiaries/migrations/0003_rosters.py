"""Rosters of other departments, row by row, and what applying them changed."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0002_id_number_look'),
        ('common', '0003_job'),
        ('organizations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RosterImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(choices=[('medical_insurance', '医疗保障（医保经办）'), ('health', '卫生健康'), ('civil_affairs', '民政'), ('poverty', '扶贫'), ('finance', '财政'), ('disabled_federation', '残联'), ('supervisor', '上级主管')], max_length=20, verbose_name='来源部门')),
                ('roster_on', models.DateField(verbose_name='名单日期')),
                ('received_on', models.DateField(verbose_name='收到日期')),
                ('kind', models.CharField(choices=[('full', '全量名单'), ('delta', '增减名单')], default='full', max_length=10, verbose_name='名单种类')),
                ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('registered_poor', '建档立卡贫困人口'), ('minimum_living', '低保对象'), ('extreme_poverty', '特困供养人员'), ('low_income', '低收入救助对象'), ('distressed_child', '困境儿童'), ('orphan', '孤儿'), ('disabled', '残疾人'), ('severely_disabled', '重度残疾人'), ('entitled_group', '重点优抚对象'), ('special_hardship', '特殊困难家庭人员'), ('medical_poverty', '因病致贫人员'), ('lost_only_child', '计划生育特殊家庭成员')], max_length=30), size=None, verbose_name='身份类别')),
                ('state', models.CharField(choices=[('uploaded', '待核对'), ('compared', '待确认'), ('confirmed', '写入中'), ('applied', '已生效'), ('undoing', '撤销中'), ('undone', '已撤销'), ('discarded', '已放弃'), ('refused', '文件有误')], default='uploaded', max_length=10, verbose_name='状态')),
                ('message', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('file_sha256', models.CharField(max_length=64, verbose_name='文件摘要')),
                ('file_encrypted', models.BinaryField(null=True, verbose_name='文件（加密）')),
                ('headings', models.JSONField(default=dict, editable=False, verbose_name='表头和行数')),
                ('counts', models.JSONField(default=dict, editable=False, verbose_name='各类行数')),
                ('blanks', models.JSONField(default=dict, editable=False, verbose_name='空缺数')),
                ('digest', models.CharField(blank=True, editable=False, max_length=64, verbose_name='差异摘要')),
                ('movable_from', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, editable=False, size=None)),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='上传时间')),
                ('applied_at', models.DateTimeField(null=True, verbose_name='生效时间')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='确认人')),
                ('job', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.job', verbose_name='后台任务')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.region', verbose_name='区划')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '名单导入',
                'verbose_name_plural': '名单导入',
                'ordering': ['-id'],
                'permissions': [('confirm_rosterimport', '可以确认和撤销名单')],
            },
        ),
        migrations.CreateModel(
            name='RosterDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('passed_on', '移交'), ('handed_back', '退回更正')], max_length=12, verbose_name='用途')),
                ('recipient', models.CharField(choices=[('medical_insurance', '医疗保障（医保经办）'), ('health', '卫生健康'), ('civil_affairs', '民政'), ('poverty', '扶贫'), ('finance', '财政'), ('disabled_federation', '残联'), ('supervisor', '上级主管')], max_length=20, verbose_name='接收部门')),
                ('row_count', models.PositiveIntegerField(verbose_name='行数')),
                ('file_sha256', models.CharField(max_length=64, verbose_name='文件摘要')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('received_on', models.DateField(null=True, verbose_name='签收日期')),
                ('received_by', models.CharField(blank=True, max_length=60, verbose_name='签收人')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='beneficiaries.rosterimport', verbose_name='名单')),
            ],
            options={
                'verbose_name': '名单移交',
                'verbose_name_plural': '名单移交',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RosterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('household_made', '新增户'), ('household_changed', '户信息变更'), ('person_registered', '登记人员'), ('person_changed', '人员信息变更'), ('identity_opened', '认定身份'), ('identity_corrected', '更正认定日期'), ('identity_closed', '终止身份')], max_length=20, verbose_name='种类')),
                ('before', models.JSONField(default=dict, verbose_name='变更前')),
                ('after', models.JSONField(default=dict, verbose_name='变更后')),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='时间')),
                ('household', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.household', verbose_name='户')),
                ('identity', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='beneficiaries.identity')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person', verbose_name='人员')),
                ('undoes', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to='beneficiaries.rosterchange', verbose_name='撤销')),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='beneficiaries.rosterimport', verbose_name='名单')),
            ],
            options={
                'verbose_name': '名单变更',
                'verbose_name_plural': '名单变更',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='identity',
            name='roster',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.rosterimport', verbose_name='来源名单'),
        ),
        migrations.CreateModel(
            name='RosterRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_no', models.PositiveIntegerField(null=True, verbose_name='行号')),
                ('difference', models.CharField(blank=True, choices=[('new', '新增'), ('changed', '变更'), ('left', '退出'), ('moved', '跨县转移'), ('unchanged', '无变化'), ('duplicate', '重复'), ('held', '暂不退出'), ('wrong', '有问题')], max_length=10, verbose_name='差异')),
                ('problem', models.CharField(blank=True, max_length=30, verbose_name='问题')),
                ('detail', models.CharField(blank=True, max_length=300, verbose_name='变动内容')),
                ('errors', models.JSONField(default=list, verbose_name='单元格问题')),
                ('raw_encrypted', models.BinaryField(null=True, verbose_name='原行（加密）')),
                ('id_encrypted', models.BinaryField(null=True, verbose_name='身份证号（加密）')),
                ('id_index', models.CharField(blank=True, editable=False, max_length=64, verbose_name='身份证号索引')),
                ('id_last4', models.CharField(blank=True, max_length=4, verbose_name='身份证号后四位')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='姓名')),
                ('sex', models.CharField(blank=True, choices=[('male', '男'), ('female', '女')], max_length=6, verbose_name='性别')),
                ('born_on', models.DateField(null=True, verbose_name='出生日期')),
                ('category', models.CharField(blank=True, choices=[('registered_poor', '建档立卡贫困人口'), ('minimum_living', '低保对象'), ('extreme_poverty', '特困供养人员'), ('low_income', '低收入救助对象'), ('distressed_child', '困境儿童'), ('orphan', '孤儿'), ('disabled', '残疾人'), ('severely_disabled', '重度残疾人'), ('entitled_group', '重点优抚对象'), ('special_hardship', '特殊困难家庭人员'), ('medical_poverty', '因病致贫人员'), ('lost_only_child', '计划生育特殊家庭成员')], max_length=30, verbose_name='身份类别')),
                ('household_no', models.CharField(blank=True, max_length=30, verbose_name='户编号')),
                ('township', models.CharField(blank=True, max_length=60, verbose_name='乡镇（街道）')),
                ('village', models.CharField(blank=True, max_length=60, verbose_name='村（社区）')),
                ('head_name', models.CharField(blank=True, max_length=60, verbose_name='户主姓名')),
                ('since', models.DateField(null=True, verbose_name='认定日期')),
                ('leaves', models.BooleanField(default=False, verbose_name='退出')),
                ('left_on', models.DateField(null=True, verbose_name='退出日期')),
                ('county', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.region')),
                ('identity', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='beneficiaries.identity')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person')),
                ('roster', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='beneficiaries.rosterimport', verbose_name='名单')),
            ],
            options={
                'verbose_name': '名单行',
                'verbose_name_plural': '名单行',
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='rosterimport',
            index=models.Index(fields=['region', 'source', '-roster_on'], name='roster_region_source'),
        ),
        migrations.AddConstraint(
            model_name='rosterimport',
            constraint=models.CheckConstraint(condition=models.Q(('applied_at__isnull', True), ('confirmed_by__isnull', False), _connector='OR'), name='roster_applied_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='rosterimport',
            constraint=models.CheckConstraint(condition=models.Q(('received_on__gte', models.F('roster_on'))), name='roster_received_after_its_day'),
        ),
        migrations.AddIndex(
            model_name='rosterrow',
            index=models.Index(fields=['roster', 'difference', 'id'], name='roster_row_difference'),
        ),
        migrations.AddIndex(
            model_name='rosterrow',
            index=models.Index(fields=['roster', 'id_index'], name='roster_row_person'),
        ),
        insert_only('beneficiaries_rosterchange'),
    ]
