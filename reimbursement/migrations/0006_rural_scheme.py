"""People on sheets of premium aid may still be insured in the rural scheme (新型农村合作医疗)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reimbursement', '0005_premium_sheets'),
    ]

    operations = [
        migrations.AlterField(
            model_name='premiumsheetline',
            name='insurance_type',
            field=models.CharField(blank=True, choices=[('residents', '城乡居民基本医疗保险'), ('rural', '新型农村合作医疗'), ('employees', '城镇职工基本医疗保险')], max_length=20, verbose_name='险种'),
        ),
    ]
