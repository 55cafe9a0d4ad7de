import django.db.models.deletion
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
        ('identity', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CheckCount',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('way', models.CharField(max_length=12)),
                ('outcome', models.CharField(max_length=12)),
                ('what', models.CharField(blank=True, max_length=120)),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('began_at', models.DateTimeField(db_index=True)),
                ('last_at', models.DateTimeField()),
                ('recorded', models.PositiveIntegerField(default=0)),
                ('more', models.PositiveIntegerField(default=0)),
                ('account', models.BigIntegerField(null=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(max_length=12)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('address', models.CharField(blank=True, max_length=45)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('more__gt', 0)), fields=['key'], name='licences_checks_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('began_at'))), name='licences_check_times')],
            },
        ),
        migrations.CreateModel(
            name='Serial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=160)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scope', 'year'), name='licences_serial_once')],
            },
        ),
        migrations.CreateModel(
            name='Licence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifier', models.CharField(max_length=72, unique=True)),
                ('kind', models.CharField(max_length=80)),
                ('kind_name', models.CharField(max_length=120)),
                ('kind_english', models.CharField(blank=True, max_length=200)),
                ('kind_code', models.CharField(max_length=21)),
                ('number', models.CharField(max_length=80)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('subject', models.CharField(max_length=80)),
                ('service', models.CharField(blank=True, max_length=64)),
                ('issued_on', models.DateField()),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('state', models.CharField(choices=[('reserved', 'Being made'), ('valid', 'Valid'), ('suspended', 'Suspended'), ('revoked', 'Revoked'), ('cancelled', 'Cancelled'), ('superseded', 'Superseded')], default='reserved', max_length=12)),
                ('state_reason', models.TextField(blank=True)),
                ('state_changed_at', models.DateTimeField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('face', tongban.infrastructure.crypto.fields.EncryptedJSON()),
                ('file_digest', models.CharField(blank=True, max_length=64)),
                ('token', models.CharField(default=tongban.infrastructure.kernel.ids.token, max_length=32, unique=True)),
                ('created_at', models.DateTimeField()),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('holder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('issuer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],
            options={
                'indexes': [models.Index(fields=['holder', '-issued_on', '-id'], name='licences_holder'), models.Index(fields=['issuer', '-issued_on', '-id'], name='licences_issuer'), models.Index(fields=['-issued_on', '-id'], name='licences_newest'), models.Index(fields=['file_digest'], name='licences_file'), models.Index(fields=['subject'], name='licences_subject'), models.Index(fields=['holder', 'kind', 'subject'], name='licences_held'), models.Index(fields=['number'], name='licences_number')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject'), name='licences_one_of_a_kind'), models.UniqueConstraint(fields=('kind_code', 'number'), name='licences_number_once'), models.CheckConstraint(condition=models.Q(('state', 'reserved'), ('document__isnull', False), _connector='OR'), name='licences_issued_has_file'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='licences_period'), models.CheckConstraint(condition=models.Q(('state__in', ['cancelled', 'reserved', 'revoked', 'superseded', 'suspended', 'valid'])), name='licences_state')],
            },
        ),
    ]
