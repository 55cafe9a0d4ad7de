
import datetime
import django.db.models.deletion
import tongban.infrastructure.kernel.clock
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Process',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=80)),
                ('name', models.CharField(max_length=120)),
                ('bpmn', models.TextField()),
                ('tables', models.JSONField(default=list)),
                ('duties', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=tongban.infrastructure.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Instance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('topic', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('state', models.CharField(choices=[('running', 'running'), ('ended', 'ended'), ('cancelled', 'cancelled')], default='running', max_length=10)),
                ('outcome', models.CharField(blank=True, max_length=80)),
                ('marking', models.JSONField(default=dict)),
                ('data', models.JSONField(default=dict)),
                ('roles', models.JSONField(default=dict)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('due_on', models.DateField(default=datetime.date(9999, 12, 31))),
                ('timer_at', models.DateTimeField(null=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('started_at', models.DateTimeField(default=tongban.infrastructure.kernel.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('process', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.process')),
            ],options={"indexes": [models.Index(fields=['subject'], name='workflow_instance_subject'),models.Index(condition=models.Q(('state', 'running'), ('timer_at__isnull', False)), fields=['timer_at', 'id'], name='workflow_instance_timer'),],"constraints": [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'running')), ('state__in', ['ended', 'cancelled']), _connector='OR'), name='workflow_instance_ended_at')],},),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('key', models.CharField(max_length=80)),
                ('branch', models.CharField(blank=True, db_default='', default='', max_length=400)),
                ('title', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=40)),
                ('role', models.CharField(max_length=40)),
                ('duty', models.CharField(blank=True, max_length=80)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('subject', models.CharField(max_length=80)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('topic', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('cancelled', 'cancelled'), ('returned', 'sent back'), ('taken_back', 'taken back')], default='open', max_length=10)),
                ('opened_at', models.DateTimeField(default=tongban.infrastructure.kernel.clock.now)),
                ('due_on', models.DateField(default=datetime.date(9999, 12, 31))),
                ('done_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(null=True)),
                ('again_at', models.DateTimeField(null=True)),
                ('seconded_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=40)),
                ('opinion', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('claimed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('instance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='workflow.instance')),
                ('on_behalf_of', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('second', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
            ],options={"indexes": [models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'due_on', 'id'], name='workflow_task_inbox'),models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'due_on', 'id'], name='workflow_task_duty'),models.Index(condition=models.Q(('state', 'open')), fields=['due_on', 'id'], name='workflow_task_due'),models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'topic', 'due_on', 'id'], name='workflow_inbox_topic'),models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'topic', 'due_on', 'id'], name='workflow_all_topic'),models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'opened_at', 'id'], name='workflow_inbox_opened'),models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'opened_at', 'id'], name='workflow_all_opened'),models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'topic', 'opened_at', 'id'], name='workflow_inbox_topic_opened'),models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'topic', 'opened_at', 'id'], name='workflow_all_topic_opened'),models.Index(condition=models.Q(('claimed_by__isnull', False), ('state', 'open')), fields=['claimed_by', 'due_on', 'id'], name='workflow_task_claimed'),models.Index(condition=models.Q(('state', 'done')), fields=['department', '-done_at', '-id'], name='workflow_task_done'),models.Index(condition=models.Q(('done_by__isnull', False), ('state', 'done')), fields=['done_by', '-done_at', '-id'], name='workflow_task_done_by'),models.Index(fields=['subject'], name='workflow_task_subject'),],"constraints": [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('instance', 'key', 'branch'), name='workflow_task_open_once'),models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(('state', 'done'), _negated=True), _connector='OR'), name='workflow_task_done_at'),models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), models.Q(('outcome', ''), _negated=True)), models.Q(('state', 'done'), _negated=True), _connector='OR'), name='workflow_task_done_outcome'),],},),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('subject', models.CharField(max_length=80)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('duty', models.CharField(blank=True, max_length=80)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('sender', models.CharField(blank=True, max_length=80)),
                ('reason', models.TextField()),
                ('sent_at', models.DateTimeField(default=tongban.infrastructure.kernel.clock.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('read_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('sent_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('account__isnull', False)), fields=['account', '-sent_at', '-id'], name='workflow_copy_own'), models.Index(condition=models.Q(('account__isnull', True)), fields=['-sent_at', '-id'], name='workflow_copy_all'), models.Index(condition=models.Q(('account__isnull', True)), fields=['department', '-sent_at', '-id'], name='workflow_copy_office'), models.Index(fields=['subject'], name='workflow_copy_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('read_at__isnull', True), ('read_by__isnull', True)), ('read_at__isnull', False), _connector='OR'), name='workflow_copy_read')],
            },
        ),
    ]
