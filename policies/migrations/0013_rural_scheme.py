"""Terms may be those of the rural scheme (新型农村合作医疗)."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('policies', '0012_publication_is_checked'),
    ]

    operations = [
        migrations.AlterField(
            model_name='advicerule',
            name='insurance_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种'),
        ),
        migrations.AlterField(
            model_name='contribution',
            name='insurance_type',
            field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=20, verbose_name='参保险种'),
        ),
        migrations.AlterField(
            model_name='funding',
            name='insurance_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种'),
        ),
        migrations.AlterField(
            model_name='premiumaid',
            name='insurance_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='insurance_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种'),
        ),
        migrations.AlterField(
            model_name='sharelimit',
            name='insurance_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种'),
        ),
        migrations.AlterField(
            model_name='uplift',
            name='insurance_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种'),
        ),
        migrations.AlterField(
            model_name='waiver',
            name='insurance_types',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=40), blank=True, default=list, size=None, verbose_name='参保险种'),
        ),
    ]
