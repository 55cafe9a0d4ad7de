
import django.db.models.deletion
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Register',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('holder', models.CharField(choices=[('person', 'people'), ('organisation', 'organisations'), ('any', 'people and organisations')], default='any', max_length=12)),
                ('basis', models.CharField(blank=True, max_length=300)),
                ('fields', models.JSONField()),
                ('declared_at', models.DateTimeField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('holder__in', ['person', 'organisation', 'any'])), name='registers_holder_known')]},),
        migrations.CreateModel(
            name='Lookup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('account', models.BigIntegerField(null=True)),
                ('kind', models.CharField(max_length=12)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('department', models.CharField(blank=True, max_length=120)),
                ('own', models.BooleanField(default=False)),
                ('purpose', models.CharField(max_length=200)),
                ('subject', models.CharField(max_length=80)),
                ('fields', models.JSONField()),
                ('found', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.register')),
            ],options={"indexes": [models.Index(fields=['party', '-at', '-uid'], name='registers_lookup_party'),models.Index(fields=['account', '-id'], name='registers_lookup_account'),],"constraints": [models.CheckConstraint(condition=models.Q(models.Q(('purpose', ''), _negated=True), models.Q(('subject', ''), _negated=True)), name='registers_lookup_says_why')],},),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('data', tongban.infrastructure.crypto.fields.EncryptedJSON()),
                ('as_of', models.DateField()),
                ('source', models.CharField(max_length=200)),
                ('updated_at', models.DateTimeField()),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('register', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='registers.register')),
            ],options={"indexes": [models.Index(fields=['party'], name='registers_party')],"constraints": [models.UniqueConstraint(fields=('register', 'party'), name='registers_one_entry_a_party')],},),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('field', models.CharField(max_length=60)),
                ('value', tongban.infrastructure.crypto.fields.EncryptedText()),
                ('explanation', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('was', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('state', models.CharField(choices=[('open', 'being checked'), ('accepted', 'corrected'), ('declined', 'not changed')], default='open', max_length=10)),
                ('asked_by', models.BigIntegerField(null=True)),
                ('asked_at', models.DateTimeField()),
                ('decided_by', models.BigIntegerField(null=True)),
                ('decider_name', models.CharField(blank=True, max_length=120)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='registers.entry')),
                ('register', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registers.register')),
            ],options={"indexes": [models.Index(condition=models.Q(('state', 'open')), fields=['register', 'asked_at', 'id'], name='registers_to_decide'),models.Index(condition=models.Q(('state', 'open'), _negated=True), fields=['register', '-asked_at', '-id'], name='registers_decided'),],"constraints": [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('entry', 'field'), name='registers_one_open_correction_a_field'),models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('state', 'open')), models.Q(('decided_at__isnull', False), ('state__in', ['accepted', 'declined']), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='registers_decided_with_a_reason'),],},),
    ]
