"""People may still be insured in the rural scheme (新型农村合作医疗)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0006_family_doctors_and_registers'),
    ]

    operations = [
        migrations.AlterField(
            model_name='enrolment',
            name='insurance_type',
            field=models.CharField(choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=20, verbose_name='险种'),
        ),
    ]
