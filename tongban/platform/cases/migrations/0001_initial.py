import django.db.models.deletion
import functools
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalogue', '0001_initial'),
        ('documents', '0001_initial'),
        ('identity', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=functools.partial(tongban.infrastructure.kernel.ids.token, *(16,), **{}), max_length=16)),
                ('number', models.CharField(max_length=32, null=True, unique=True)),
                ('query_code', models.CharField(blank=True, max_length=8)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('applicant_name', models.CharField(db_index=True, max_length=160)),
                ('key', models.CharField(max_length=120, null=True)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'awaiting acceptance'), ('supplement', 'awaiting your supplement'), ('accepted', 'under review'), ('granted', 'granted, the result is being prepared'), ('refused', 'refused, the decision is being drawn up'), ('completed', 'completed'), ('not_accepted', 'not accepted'), ('withdrawn', 'withdrawn')], default='draft', max_length=16)),
                ('outcome', models.CharField(blank=True, max_length=16)),
                ('answers', tongban.infrastructure.crypto.fields.EncryptedJSON(default=dict)),
                ('sources', models.JSONField(default=dict)),
                ('step', models.CharField(blank=True, default='', max_length=60)),
                ('facts', tongban.infrastructure.crypto.fields.EncryptedJSON(null=True)),
                ('confirmed', tongban.infrastructure.crypto.fields.EncryptedJSON(null=True)),
                ('about', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('fees', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(null=True)),
                ('received_on', models.DateField(null=True)),
                ('acceptance_due_on', models.DateField(null=True)),
                ('accepted_on', models.DateField(null=True)),
                ('statutory_due_on', models.DateField(null=True)),
                ('promised_due_on', models.DateField(null=True)),
                ('decided_on', models.DateField(null=True)),
                ('paused_on', models.DateField(null=True)),
                ('person_asked_on', models.DateField(null=True)),
                ('extended_days', models.PositiveSmallIntegerField(default=0)),
                ('lost_days', models.PositiveSmallIntegerField(default=0)),
                ('unit', models.CharField(default='workday', max_length=8)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('applicant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('filed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('parent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='cases.case')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.version')),
            ],
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=24)),
                ('at', models.DateTimeField()),
                ('on', models.DateField()),
                ('account', models.BigIntegerField(null=True)),
                ('actor', models.CharField(blank=True, max_length=120)),
                ('department', models.CharField(blank=True, max_length=120)),
                ('opinion', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('public', models.BooleanField(default=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='cases.case')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
        ),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(blank=True, max_length=12)),
                ('first', models.BooleanField(db_default=False, default=False)),
                ('service', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'awaiting acceptance'), ('supplement', 'awaiting your supplement'), ('accepted', 'under review'), ('granted', 'granted, the result is being prepared'), ('refused', 'refused, the decision is being drawn up'), ('completed', 'completed'), ('not_accepted', 'not accepted'), ('withdrawn', 'withdrawn')], max_length=16)),
                ('submitted_at', models.DateTimeField()),
                ('due_on', models.DateField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='cases.case')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],
        ),
        migrations.CreateModel(
            name='Supplement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', tongban.infrastructure.crypto.fields.EncryptedJSON(default=dict)),
                ('after', tongban.infrastructure.crypto.fields.EncryptedJSON(default=dict)),
                ('papers', models.JSONField(default=list)),
                ('action', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='supplement', to='cases.action')),
            ],
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['applicant', '-submitted_at', '-id'], name='cases_mine'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['applicant', 'state'], name='cases_mine_in_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'draft')), fields=['applicant', '-updated_at'], name='cases_drafts'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'draft'), _negated=True), fields=['-submitted_at', '-id'], name='cases_newest'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['state', '-submitted_at', '-id'], name='cases_in_state'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['about'], name='cases_about'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='cases_children'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'draft'), _negated=True), fields=['received_on'], name='cases_received'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('state', 'submitted')), fields=['acceptance_due_on'], name='cases_silent'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('uid',), name='cases_uid'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('key',), name='cases_key'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('number__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='cases_submitted_has_number'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('accepted_on__isnull', False), _connector='OR'), name='cases_accepted_has_clock'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('promised_due_on__isnull', True), ('promised_due_on__lte', models.F('statutory_due_on')), _connector='OR'), name='cases_promise_within_law'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='cases_action_named'),
        ),
        migrations.AddConstraint(
            model_name='material',
            constraint=models.UniqueConstraint(fields=('case', 'code', 'document'), name='cases_material_once'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(fields=['department', '-submitted_at', '-case'], name='cases_of_department'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(fields=['department', 'state', '-submitted_at', '-case'], name='cases_of_department_in'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(fields=['department', 'service', '-submitted_at', '-case'], name='cases_of_service'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(fields=['department', 'service', 'state', '-submitted_at', '-case'], name='cases_of_service_in'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(condition=models.Q(('due_on__isnull', False)), fields=['department', 'state', 'due_on', 'case'], name='cases_due'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(condition=models.Q(('due_on__isnull', False)), fields=['department', 'service', 'state', 'due_on', 'case'], name='cases_of_service_due'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(condition=models.Q(('first', True)), fields=['service', '-submitted_at', '-case'], name='cases_all_of_service'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(condition=models.Q(('first', True)), fields=['service', 'state', '-submitted_at', '-case'], name='cases_all_of_service_in'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(condition=models.Q(('first', True), ('due_on__isnull', False)), fields=['state', 'due_on', 'case'], name='cases_all_due'),
        ),
        migrations.AddIndex(
            model_name='participation',
            index=models.Index(condition=models.Q(('first', True), ('due_on__isnull', False)), fields=['service', 'state', 'due_on', 'case'], name='cases_all_of_service_due'),
        ),
        migrations.AddConstraint(
            model_name='participation',
            constraint=models.UniqueConstraint(fields=('case', 'department'), name='cases_department_once'),
        ),
    ]
