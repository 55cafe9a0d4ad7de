
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=160)),
                ('payload', models.JSONField(default=dict)),
                ('lane', models.CharField(blank=True, max_length=80)),
                ('key', models.CharField(max_length=120, null=True, unique=True)),
                ('state', models.CharField(choices=[('due', 'waiting'), ('done', 'done'), ('dead', 'failed'), ('given_up', 'abandoned')], default='due', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'due')), fields=['due_at', 'id'], name='jobs_due'), models.Index(condition=models.Q(('state', 'due')), fields=['lane', 'id'], name='jobs_lane'), models.Index(condition=models.Q(('state', 'dead')), fields=['-id'], name='jobs_dead'), models.Index(condition=models.Q(('state', 'given_up')), fields=['-finished_at', '-id'], name='jobs_given_up'), models.Index(condition=models.Q(('state', 'done')), fields=['finished_at'], name='jobs_finished')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['due', 'done', 'dead', 'given_up'])), name='jobs_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'given_up'), _negated=True), models.Q(('finished_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='jobs_given_up_why')],
            },
        ),
    ]
