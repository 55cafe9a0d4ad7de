
import django.db.models.deletion
import functools
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('documents', '0001_initial'),
        ('identity', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bundle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('english', models.CharField(blank=True, max_length=80)),
                ('summary', models.TextField(blank=True)),
                ('summary_english', models.TextField(blank=True)),
                ('audience', models.JSONField(default=list)),
                ('keywords', models.JSONField(default=list)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('order', models.PositiveSmallIntegerField(default=100)),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='bundles_has_name')]},),
        migrations.CreateModel(
            name='BundleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('superseded', 'Superseded'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('content', models.JSONField()),
                ('warnings', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='bundles.bundle')),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
            ],options={"constraints": [models.UniqueConstraint(fields=('bundle', 'number'), name='bundles_version_number'),models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('bundle',), name='bundles_one_published_version'),models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('bundle',), name='bundles_one_draft'),]},),
        migrations.CreateModel(
            name='BundleApplication',
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
                ('number', models.CharField(max_length=32, null=True)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('applicant_name', models.CharField(max_length=160)),
                ('key', models.CharField(max_length=120, null=True)),
                ('situation', tongban.infrastructure.crypto.fields.EncryptedJSON(default=dict)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('running', 'Under way'), ('finished', 'All items are settled'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('submitted_at', models.DateTimeField(null=True)),
                ('started_on', models.DateField(null=True)),
                ('promised_due_on', models.DateField(null=True)),
                ('statutory_due_on', models.DateField(null=True)),
                ('lost_days', models.PositiveSmallIntegerField(default=0)),
                ('extended_days', models.PositiveSmallIntegerField(default=0)),
                ('extension', models.TextField(blank=True)),
                ('finished_on', models.DateField(null=True)),
                ('delivered_on', models.DateField(null=True)),
                ('applicant', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('filed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bundles.bundleversion')),
            ],options={"indexes": [models.Index(fields=['applicant', '-updated_at', '-id'], name='bundles_mine'),models.Index(condition=models.Q(('state', 'draft'), _negated=True), fields=['department', '-submitted_at', '-id'], name='bundles_led'),models.Index(condition=models.Q(('state', 'running')), fields=['department', '-submitted_at', '-id'], name='bundles_led_in_hand'),models.Index(condition=models.Q(('state', 'running')), fields=['-submitted_at', '-id'], name='bundles_in_hand'),models.Index(condition=models.Q(('state', 'draft'), _negated=True), fields=['-submitted_at', '-id'], name='bundles_newest'),],"constraints": [models.UniqueConstraint(fields=('uid',), name='bundles_uid'),models.UniqueConstraint(fields=('number',), name='bundles_number'),models.UniqueConstraint(fields=('key',), name='bundles_key'),models.CheckConstraint(condition=models.Q(('state', 'draft'), models.Q(('number__isnull', False), ('submitted_at__isnull', False)), _connector='OR'), name='bundles_submitted_has_number'),models.CheckConstraint(condition=models.Q(('promised_due_on__isnull', True), ('promised_due_on__lte', models.F('statutory_due_on')), _connector='OR'), name='bundles_promise_within_law'),],},),
        migrations.AddField(
            model_name='bundle',
            name='current',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bundles.bundleversion'),
        ),
        migrations.CreateModel(
            name='Zone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(default=functools.partial(tongban.infrastructure.kernel.ids.token, *(16,), **{}), max_length=16, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('english', models.CharField(blank=True, max_length=80)),
                ('notice', models.TextField()),
                ('notice_english', models.TextField(blank=True)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('updated_at', models.DateTimeField()),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"indexes": [models.Index(condition=models.Q(('state', 'published')), fields=['last_day', 'first_day'], name='bundles_zone_days'),models.Index(fields=['department', '-last_day', '-id'], name='bundles_zones_of'),models.Index(fields=['-last_day', '-id'], name='bundles_zones'),],"constraints": [models.CheckConstraint(condition=models.Q(('last_day__gte', models.F('first_day'))), name='bundles_zone_has_days')],},),
        migrations.CreateModel(
            name='ZoneEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('bundle', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='bundles.bundle')),
                ('service', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.service')),
                ('zone', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='bundles.zone')),
            ],options={"constraints": [models.UniqueConstraint(fields=('zone', 'order'), name='bundles_zone_order'),models.CheckConstraint(condition=models.Q(('service__isnull', True), ('bundle__isnull', True), _connector='XOR'), name='bundles_zone_names_one'),]},),
        migrations.CreateModel(
            name='BundleItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=20)),
                ('order', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('planned', 'Not handed in yet'), ('waiting', 'Waiting for an earlier item'), ('started', 'Handed in'), ('stuck', 'Could not be handed in'), ('dropped', 'Will not be handled')], default='planned', max_length=10)),
                ('after', models.JSONField(default=list)),
                ('reason', models.TextField(blank=True)),
                ('reason_english', models.TextField(blank=True)),
                ('note', models.TextField(blank=True)),
                ('application', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='bundles.bundleapplication')),
                ('case', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.version')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'key'), name='bundles_item_once'), models.UniqueConstraint(fields=('case',), name='bundles_case_once'), models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('state', 'started')), models.Q(models.Q(('state', 'started'), _negated=True), ('case__isnull', True)), _connector='OR'), name='bundles_started_has_case')],
            },
        ),
        migrations.CreateModel(
            name='BundlePaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField()),
                ('replaced_at', models.DateTimeField(null=True)),
                ('application', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='bundles.bundleapplication')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('application', 'code', 'document'), name='bundles_paper_once')],
            },
        ),
    ]
