
import django.db.models.deletion
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('kind', models.CharField(choices=[('person', 'person'), ('organisation', 'organisation')], max_length=12)),
                ('name', models.CharField(max_length=160)),
                ('id_kind', models.CharField(choices=[('identity-card', 'identity card'), ('uscc', 'unified social credit code'), ('passport', 'passport')], max_length=16)),
                ('id_number', tongban.infrastructure.crypto.fields.EncryptedText()),
                ('id_digest', models.CharField(max_length=64)),
                ('phone', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('email', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('address', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('created_at', models.DateTimeField()),
                ('account', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='party', to='identity.account')),
                ('legal_representative', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='represented_by_law', to='parties.party')),
            ],options={"indexes": [models.Index(fields=['id_digest'], name='parties_number')],"constraints": [models.UniqueConstraint(fields=('id_kind', 'id_digest'), name='parties_number_once'),models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'organisation'])), name='parties_kind_known'),models.CheckConstraint(condition=models.Q(models.Q(('id_kind__in', ['identity-card', 'passport']), ('kind', 'person'), ('legal_representative__isnull', True)), models.Q(('id_kind', 'uscc'), ('kind', 'organisation')), _connector='OR'), name='parties_number_fits_kind'),models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='parties_named'),],},),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('services', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('source', models.CharField(default='online', max_length=16)),
                ('created_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='mandates_held', to='parties.party')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_given', to='parties.party')),
            ],options={"indexes": [models.Index(fields=['agent', 'principal'], name='parties_mandate_held')],"constraints": [models.CheckConstraint(condition=models.Q(('principal', models.F('agent')), _negated=True), name='parties_mandate_for_another'),models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='parties_mandate_dates'),],},),
    ]
