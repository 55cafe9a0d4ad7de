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
                ('version', models.PositiveIntegerField(default=1)),
                ('started_at', models.DateTimeField(default=tongban.infrastructure.kernel.clock.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('process', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.process')),
            ],
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('key', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=120)),
                ('kind', models.CharField(max_length=40)),
                ('role', models.CharField(max_length=40)),
                ('duty', models.CharField(blank=True, max_length=80)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('subject', models.CharField(max_length=80)),
                ('about', models.CharField(blank=True, max_length=200)),
                ('topic', models.CharField(blank=True, db_default='', default='', max_length=80)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('cancelled', 'cancelled')], default='open', max_length=10)),
                ('opened_at', models.DateTimeField(default=tongban.infrastructure.kernel.clock.now)),
                ('due_on', models.DateField(default=datetime.date(9999, 12, 31))),
                ('done_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=40)),
                ('opinion', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('version', models.PositiveIntegerField(default=1)),
                ('claimed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('instance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='workflow.instance')),
            ],
        ),
        migrations.AddIndex(
            model_name='instance',
            index=models.Index(fields=['subject'], name='workflow_instance_subject'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'running')), ('state__in', ['ended', 'cancelled']), _connector='OR'), name='workflow_instance_ended_at'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'due_on', 'id'], name='workflow_task_inbox'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'due_on', 'id'], name='workflow_task_duty'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['due_on', 'id'], name='workflow_task_due'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'topic', 'due_on', 'id'], name='workflow_inbox_topic'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'topic', 'due_on', 'id'], name='workflow_all_topic'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'opened_at', 'id'], name='workflow_inbox_opened'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'opened_at', 'id'], name='workflow_all_opened'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['department', 'duty', 'topic', 'opened_at', 'id'], name='workflow_inbox_topic_opened'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['duty', 'topic', 'opened_at', 'id'], name='workflow_all_topic_opened'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('claimed_by__isnull', False), ('state', 'open')), fields=['claimed_by', 'due_on', 'id'], name='workflow_task_claimed'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('state', 'done')), fields=['department', '-done_at', '-id'], name='workflow_task_done'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('done_by__isnull', False), ('state', 'done')), fields=['done_by', '-done_at', '-id'], name='workflow_task_done_by'),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(fields=['subject'], name='workflow_task_subject'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('instance', 'key'), name='workflow_task_open_once'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', False), ('state', 'done')), models.Q(('state', 'done'), _negated=True), _connector='OR'), name='workflow_task_done_at'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), models.Q(('outcome', ''), _negated=True)), models.Q(('state', 'done'), _negated=True), _connector='OR'), name='workflow_task_done_outcome'),
        ),
    ]
