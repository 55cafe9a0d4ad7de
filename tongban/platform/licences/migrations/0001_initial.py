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
                ('turn', models.PositiveSmallIntegerField(db_default=1, default=1)),
                ('service', models.CharField(blank=True, max_length=64)),
                ('issued_on', models.DateField()),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('state', models.CharField(choices=[('reserved', 'Being made'), ('valid', 'Valid'), ('suspended', 'Suspended'), ('revoked', 'Revoked'), ('cancelled', 'Cancelled'), ('superseded', 'Superseded')], default='reserved', max_length=12)),
                ('state_reason', models.TextField(blank=True)),
                ('state_changed_at', models.DateTimeField()),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('how', models.CharField(blank=True, db_default='', default='', max_length=8)),
                ('face', tongban.infrastructure.crypto.fields.EncryptedJSON()),
                ('file_digest', models.CharField(blank=True, max_length=64)),
                ('token', models.CharField(default=tongban.infrastructure.kernel.ids.token, max_length=32, unique=True)),
                ('origin', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('created_at', models.DateTimeField()),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('follows', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='licences.licence')),
                ('holder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('issuer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],
        ),
        migrations.CreateModel(
            name='AnnotatedCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', tongban.infrastructure.crypto.fields.EncryptedText()),
                ('account', models.BigIntegerField(null=True)),
                ('maker', models.CharField(blank=True, max_length=120)),
                ('valid_until', models.DateField()),
                ('token', models.CharField(default=tongban.infrastructure.kernel.ids.token, max_length=32, unique=True)),
                ('file_digest', models.CharField(blank=True, max_length=64)),
                ('ordered_at', models.DateTimeField()),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
                ('licence', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='licences.licence')),
            ],
        ),
        migrations.CreateModel(
            name='LicenceKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=21)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('kind', models.CharField(max_length=80)),
                ('name', models.CharField(max_length=120)),
                ('english', models.CharField(blank=True, max_length=200)),
                ('definer', models.CharField(max_length=120)),
                ('definer_code', models.CharField(max_length=18)),
                ('holders', models.JSONField(default=list)),
                ('fields', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'version'), name='licences_kind_version_once'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='licences_kind_period')],
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
            name='Showing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', tongban.infrastructure.crypto.fields.EncryptedText()),
                ('lines', models.JSONField(default=list)),
                ('code', models.CharField(default=tongban.infrastructure.kernel.ids.token, max_length=32, unique=True)),
                ('account', models.BigIntegerField(null=True)),
                ('granted_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('looked_at', models.DateTimeField(null=True)),
                ('viewer', models.CharField(blank=True, max_length=120)),
                ('licence', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='licences.licence')),
            ],
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['holder', '-issued_on', '-id'], name='licences_holder'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['issuer', '-issued_on', '-id'], name='licences_issuer'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['-issued_on', '-id'], name='licences_newest'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['file_digest'], name='licences_file'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['subject'], name='licences_subject'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['holder', 'kind', 'subject'], name='licences_held'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['holder', 'kind', '-issued_on', '-id'], name='licences_of_kind'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['number'], name='licences_number'),
        ),
        migrations.AddIndex(
            model_name='licence',
            index=models.Index(fields=['state', 'valid_until'], name='licences_ending'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.UniqueConstraint(fields=('kind', 'subject', 'turn'), name='licences_one_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.UniqueConstraint(fields=('kind_code', 'number', 'version'), name='licences_number_once'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.UniqueConstraint(condition=models.Q(('follows__isnull', False)), fields=('follows',), name='licences_one_successor'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'reserved'), ('document__isnull', False), models.Q(('origin', ''), _negated=True), _connector='OR'), name='licences_issued_has_file'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='licences_period'),
        ),
        migrations.AddConstraint(
            model_name='licence',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['cancelled', 'reserved', 'revoked', 'superseded', 'suspended', 'valid'])), name='licences_state'),
        ),
        migrations.AddIndex(
            model_name='annotatedcopy',
            index=models.Index(fields=['licence', '-id'], name='licences_copies'),
        ),
        migrations.AddIndex(
            model_name='annotatedcopy',
            index=models.Index(fields=['file_digest'], name='licences_copy_file'),
        ),
        migrations.AddConstraint(
            model_name='annotatedcopy',
            constraint=models.CheckConstraint(condition=models.Q(('document__isnull', True), models.Q(('file_digest', ''), _negated=True), _connector='OR'), name='licences_copy_made'),
        ),
        migrations.AddIndex(
            model_name='showing',
            index=models.Index(fields=['licence', '-id'], name='licences_showings'),
        ),
        migrations.AddConstraint(
            model_name='showing',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('granted_at'))), name='licences_showing_lasts'),
        ),
    ]
