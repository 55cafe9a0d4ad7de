
import django.db.models.deletion
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('duties', models.JSONField(default=list)),
                ('portal', models.CharField(blank=True, default='', max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('login', models.CharField(max_length=80, unique=True)),
                ('name', models.CharField(db_index=True, max_length=120)),
                ('kind', models.CharField(choices=[('person', 'person'), ('staff', 'official'), ('client', 'other system')], max_length=8)),
                ('email', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('phone', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('active', models.BooleanField(default=True)),
                ('rights_version', models.CharField(default=tongban.infrastructure.kernel.ids.token, max_length=12)),
                ('demo', models.CharField(blank=True, max_length=80)),
                ('created_at', models.DateTimeField()),
                ('signed_in_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('kind', 'client')), fields=['name', 'id'], name='identity_systems'), models.Index(condition=models.Q(('kind', 'person'), _negated=True), fields=['login'], name='identity_not_people')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['person', 'staff', 'client'])), name='identity_kind_known'), models.CheckConstraint(condition=models.Q(models.Q(('login', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='identity_account_named')],
            },
        ),
        migrations.CreateModel(
            name='DeniedAccess',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('what', models.CharField(max_length=40)),
                ('began_at', models.DateTimeField(db_index=True)),
                ('last_at', models.DateTimeField()),
                ('last_key', models.CharField(blank=True, max_length=80)),
                ('recorded', models.PositiveIntegerField(default=0)),
                ('pending', models.PositiveIntegerField(default=0)),
                ('account', models.BigIntegerField(null=True)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(blank=True, max_length=12)),
                ('acting_for', models.BigIntegerField(null=True)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('address', models.CharField(blank=True, max_length=45)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('pending__gt', 0)), fields=['key'], name='identity_denied_pending')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('began_at'))), name='identity_denied_times')],
            },
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('english', models.CharField(blank=True, max_length=160)),
                ('uscc', models.CharField(blank=True, max_length=18)),
                ('path', models.CharField(max_length=500, unique=True)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('order', models.PositiveIntegerField(default=0)),
                ('dissolved_on', models.DateField(null=True)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='identity.department')),
                ('successor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='identity.department')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='identity_department_named'), models.CheckConstraint(condition=models.Q(('successor__isnull', True), ('dissolved_on__isnull', False), _connector='OR'), name='identity_successor_after_all')],
            },
        ),
        migrations.CreateModel(
            name='FailedAttempt',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField(db_index=True)),
                ('wait_until', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('wait_until__gte', models.F('last_at'))), name='identity_attempt_waits')],
            },
        ),
        migrations.CreateModel(
            name='LateForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('path', models.CharField(max_length=500)),
                ('content', tongban.infrastructure.crypto.fields.EncryptedJSON()),
                ('sent_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='late_forms', to='identity.account')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('sent_at'))), name='identity_late_form_expires')]},),
        migrations.CreateModel(
            name='LoginSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('started_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('address', models.CharField(blank=True, max_length=45)),
                ('device', models.CharField(blank=True, max_length=80)),
                ('methods', models.CharField(blank=True, max_length=40)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='login_sessions', to='identity.account')),
            ],options={"indexes": [models.Index(fields=['account', '-seen_at'], name='identity_login_session_account')]},),
        migrations.CreateModel(
            name='ResetLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('proposed', models.BooleanField(default=False)),
                ('used_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='identity.account')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='identity_link_expires')]},),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('subtree', models.BooleanField(default=False)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='identity.account')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='identity.department')),
                ('deputy_for', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('proposed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='identity.role')),
            ],options={"indexes": [models.Index(fields=['department', 'role'], name='identity_position_department'),models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['account'], name='identity_position_held'),models.Index(condition=models.Q(('proposed_by__isnull', False)), fields=['proposed_by'], name='identity_position_proposed'),models.Index(condition=models.Q(('deputy_for__isnull', False)), fields=['deputy_for'], name='identity_position_deputies'),],"constraints": [models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='identity_position_dates'),models.CheckConstraint(condition=models.Q(('deputy_for__isnull', True), models.Q(('deputy_for', models.F('account')), _negated=True), _connector='OR'), name='identity_deputy_for_another'),models.UniqueConstraint(condition=models.Q(('deputy_for__isnull', True), ('ended_at__isnull', True)), fields=('account', 'department', 'role', 'area', 'valid_from'), name='identity_position_once'),models.UniqueConstraint(condition=models.Q(('deputy_for__isnull', False), ('ended_at__isnull', True)), fields=('account', 'department', 'role', 'area', 'valid_from', 'deputy_for'), name='identity_deputy_once'),],},),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('duties', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to='identity.account')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='identity_token_expires')]},),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='identity_absence_dates'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('account', 'first_on'), name='identity_absence_once')],
            },
        ),
        migrations.CreateModel(
            name='Dissolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('proposed_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
                ('department', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='dissolution', to='identity.department')),
                ('proposed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('successor', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='identity_dissolution_reasoned')],
            },
        ),
    ]
