"""Entries of the year-end run stand beside claims: no hospital, no cost, the patient is paid."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organizations', '0001_initial'),
        ('settlement', '0002_insert_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='year_end',
            field=models.BooleanField(db_default=False, default=False, verbose_name='年末补算'),
        ),
        migrations.AlterField(
            model_name='claim',
            name='hospital',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='organizations.hospital', verbose_name='医疗机构'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='hospital',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='organizations.hospital', verbose_name='医疗机构'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('year_end', True)), fields=('claim_no',), name='claim_year_end_once'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hospital__isnull', False), ('year_end', False)), models.Q(('hospital__isnull', True), ('total_fen', 0), ('year_end', True)), _connector='OR'), name='claim_hospital_or_year_end'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('hospital__isnull', False), ('payee', 'patient'), _connector='OR'), name='payment_payee_of_year_end'),
        ),
    ]
