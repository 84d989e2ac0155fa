"""Every look at a full ID number is written down, and stays."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only


class Migration(migrations.Migration):

    dependencies = [
        ('common', '0001_insert_only'),
        ('beneficiaries', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IdNumberLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('looked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='查看时间')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='id_number_looks', to='beneficiaries.person', verbose_name='人员')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='查看人')),
            ],
            options={
                'verbose_name': '查看身份证号记录',
                'verbose_name_plural': '查看身份证号记录',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='id_number_look_has_reason')],
            },
        ),
        insert_only('beneficiaries_idnumberlook'),
    ]
