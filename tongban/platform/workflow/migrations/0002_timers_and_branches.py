from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workflow', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='task',
            name='workflow_task_open_once',
        ),
        migrations.AddField(
            model_name='instance',
            name='timer_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='task',
            name='branch',
            field=models.CharField(blank=True, db_default='', default='', max_length=400),
        ),
        migrations.AddIndex(
            model_name='instance',
            index=models.Index(condition=models.Q(('state', 'running'), ('timer_at__isnull', False)), fields=['timer_at', 'id'], name='workflow_instance_timer'),
        ),
        migrations.AddConstraint(
            model_name='task',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('instance', 'key', 'branch'), name='workflow_task_open_once'),
        ),
    ]
