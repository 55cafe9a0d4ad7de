
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
        ('licences', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answers', tongban.infrastructure.crypto.fields.EncryptedJSON(default=dict)),
                ('sources', models.JSONField(default=dict)),
                ('facts', tongban.infrastructure.crypto.fields.EncryptedJSON(null=True)),
                ('confirmed', tongban.infrastructure.crypto.fields.EncryptedJSON(null=True)),
                ('step', models.CharField(blank=True, default='', max_length=60)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('updated_at', models.DateTimeField()),
                ('uid', models.CharField(default=functools.partial(tongban.infrastructure.kernel.ids.token, *(16,), **{}), max_length=16)),
                ('number', models.CharField(max_length=32, null=True, unique=True)),
                ('query_code', models.CharField(blank=True, max_length=8)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('applicant_name', models.CharField(db_index=True, max_length=160)),
                ('key', models.CharField(max_length=120, null=True)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'awaiting acceptance'), ('supplement', 'awaiting your supplement'), ('accepted', 'under review'), ('granted', 'granted, the result is being prepared'), ('refused', 'refused, the decision is being drawn up'), ('completed', 'completed'), ('not_accepted', 'not accepted'), ('withdrawn', 'withdrawn'), ('lapsed', 'closed, the supplement was not submitted in time'), ('terminated', 'terminated'), ('revoked', 'granted, and revoked afterwards'), ('forwarded', 'forwarded to another office')], default='draft', max_length=16)),
                ('outcome', models.CharField(blank=True, max_length=16)),
                ('about', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('fees', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(null=True)),
                ('received_on', models.DateField(null=True)),
                ('acceptance_due_on', models.DateField(null=True)),
                ('accepted_on', models.DateField(null=True)),
                ('statutory_due_on', models.DateField(null=True)),
                ('promised_due_on', models.DateField(null=True)),
                ('decided_on', models.DateField(null=True)),
                ('paused_on', models.DateField(null=True)),
                ('person_asked_on', models.DateField(null=True)),
                ('applicant_due_on', models.DateField(null=True)),
                ('archived_on', models.DateField(null=True)),
                ('anew_due_on', models.DateField(null=True)),
                ('extended_days', models.PositiveSmallIntegerField(default=0)),
                ('lost_days', models.PositiveSmallIntegerField(default=0)),
                ('unit', models.CharField(default='workday', max_length=8)),
                ('applicant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('area_office', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.areaoffice')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('filed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('licence', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='licences.licence')),
                ('limited_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.version')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.version')),
                ('window', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"indexes": [models.Index(fields=['applicant', '-submitted_at', '-id'], name='cases_mine'),models.Index(fields=['applicant', 'state'], name='cases_mine_in_state'),models.Index(condition=models.Q(('state', 'draft')), fields=['applicant', '-updated_at'], name='cases_drafts'),models.Index(condition=models.Q(('state', 'draft'), _negated=True), fields=['-submitted_at', '-id'], name='cases_newest'),models.Index(fields=['state', '-submitted_at', '-id'], name='cases_in_state'),models.Index(fields=['about'], name='cases_about'),models.Index(condition=models.Q(('state', 'draft'), _negated=True), fields=['received_on'], name='cases_received'),models.Index(condition=models.Q(('state', 'submitted')), fields=['acceptance_due_on'], name='cases_silent'),models.Index(condition=models.Q(('applicant_due_on__isnull', False)), fields=['applicant_due_on'], name='cases_to_bring'),models.Index(condition=models.Q(('archived_on__isnull', True), ('state__in', ['completed', 'forwarded', 'lapsed', 'not_accepted', 'revoked', 'terminated', 'withdrawn'])), fields=['updated_at'], name='cases_to_archive'),],"constraints": [models.UniqueConstraint(fields=('uid',), name='cases_uid'),models.UniqueConstraint(fields=('key',), name='cases_key'),models.UniqueConstraint(condition=models.Q(('licence__isnull', False), ('state__in', ('submitted', 'supplement', 'accepted', 'granted'))), fields=('licence',), name='cases_one_about_a_licence'),models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('number__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='cases_submitted_has_number'),models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), ('accepted_on__isnull', False), _connector='OR'), name='cases_accepted_has_clock'),models.CheckConstraint(condition=models.Q(('promised_due_on__isnull', True), ('promised_due_on__lte', models.F('statutory_due_on')), _connector='OR'), name='cases_promise_within_law'),],},),
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
                ('note', models.TextField(blank=True, db_default='', default='')),
                ('data', models.JSONField(default=dict)),
                ('public', models.BooleanField(default=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='cases.case')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='cases_action_named')]},),
        migrations.CreateModel(
            name='FollowUpInspection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=functools.partial(tongban.infrastructure.kernel.ids.token, *(16,), **{}), max_length=16, unique=True)),
                ('number', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(choices=[('commitment', 'Commitment'), ('ordinary', 'Ordinary')], max_length=12)),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('opens_on', models.DateField()),
                ('due_on', models.DateField()),
                ('opened_on', models.DateField(null=True)),
                ('closed_on', models.DateField(null=True)),
                ('result', models.CharField(blank=True, max_length=8)),
                ('finding', models.TextField(blank=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='cases.case')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"indexes": [models.Index(condition=models.Q(('closed_on__isnull', True), ('opened_on__isnull', False)), fields=['due_on', 'id'], name='cases_follow_ups_open'),models.Index(condition=models.Q(('closed_on__isnull', True), ('opened_on__isnull', True)), fields=['opens_on'], name='cases_follow_ups_planned'),],"constraints": [models.UniqueConstraint(fields=('case', 'kind', 'turn'), name='cases_follow_up_once'),models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('opens_on'))), name='cases_follow_up_days'),],},),
        migrations.CreateModel(
            name='Material',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='materials', to='cases.case')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],options={"constraints": [models.UniqueConstraint(fields=('case', 'code', 'document'), name='cases_material_once')]},),
        migrations.CreateModel(
            name='Participation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(blank=True, max_length=12)),
                ('first', models.BooleanField(db_default=False, default=False)),
                ('service', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('submitted', 'awaiting acceptance'), ('supplement', 'awaiting your supplement'), ('accepted', 'under review'), ('granted', 'granted, the result is being prepared'), ('refused', 'refused, the decision is being drawn up'), ('completed', 'completed'), ('not_accepted', 'not accepted'), ('withdrawn', 'withdrawn'), ('lapsed', 'closed, the supplement was not submitted in time'), ('terminated', 'terminated'), ('revoked', 'granted, and revoked afterwards'), ('forwarded', 'forwarded to another office')], max_length=16)),
                ('submitted_at', models.DateTimeField()),
                ('due_on', models.DateField(null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='cases.case')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"indexes": [models.Index(fields=['department', '-submitted_at', '-case'], name='cases_of_department'),models.Index(fields=['department', 'state', '-submitted_at', '-case'], name='cases_of_department_in'),models.Index(fields=['department', 'service', '-submitted_at', '-case'], name='cases_of_service'),models.Index(fields=['department', 'service', 'state', '-submitted_at', '-case'], name='cases_of_service_in'),models.Index(condition=models.Q(('due_on__isnull', False)), fields=['department', 'state', 'due_on', 'case'], name='cases_due'),models.Index(condition=models.Q(('due_on__isnull', False)), fields=['department', 'service', 'state', 'due_on', 'case'], name='cases_of_service_due'),models.Index(condition=models.Q(('first', True)), fields=['service', '-submitted_at', '-case'], name='cases_all_of_service'),models.Index(condition=models.Q(('first', True)), fields=['service', 'state', '-submitted_at', '-case'], name='cases_all_of_service_in'),models.Index(condition=models.Q(('first', True), ('due_on__isnull', False)), fields=['state', 'due_on', 'case'], name='cases_all_due'),models.Index(condition=models.Q(('first', True), ('due_on__isnull', False)), fields=['service', 'state', 'due_on', 'case'], name='cases_all_of_service_due'),],"constraints": [models.UniqueConstraint(fields=('case', 'department'), name='cases_department_once')],},),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=functools.partial(tongban.infrastructure.kernel.ids.token, *(16,), **{}), max_length=16, unique=True)),
                ('kind', models.CharField(choices=[('application', 'Application'), ('decision', 'Decision')], max_length=12)),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('service', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=160)),
                ('number', models.CharField(max_length=32)),
                ('began_on', models.DateField()),
                ('until', models.DateField(null=True)),
                ('says', models.JSONField(default=list)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
            ],options={"indexes": [models.Index(fields=['-began_on', '-id'], name='cases_published_newest'),models.Index(fields=['number'], name='cases_published_number'),models.Index(fields=['name'], name='cases_published_name'),],"constraints": [models.UniqueConstraint(fields=('case', 'kind', 'turn'), name='cases_published_once'),models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('began_on')), _connector='OR'), name='cases_published_period'),],},),
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said', tongban.infrastructure.crypto.fields.EncryptedJSON(default=dict)),
                ('on', models.DateField()),
                ('answer', models.TextField(blank=True)),
                ('answered_on', models.DateField(null=True)),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.publication')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_on__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_on__isnull', False)), _connector='OR'), name='cases_concern_answered')]},),
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
        migrations.CreateModel(
            name='Takeover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=80)),
                ('number', models.CharField(max_length=120)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='takeover', to='cases.case')),
            ],options={"constraints": [models.UniqueConstraint(fields=('system', 'number'), name='cases_takeover_once'),models.CheckConstraint(condition=models.Q(models.Q(('system', ''), _negated=True), models.Q(('number', ''), _negated=True)), name='cases_takeover_named'),]},),
    ]
