
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Definition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('content', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=12)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='catalogue_edition_one_row')],
            },
        ),
        migrations.CreateModel(
            name='FailedSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('text', models.CharField(max_length=60)),
                ('times', models.PositiveIntegerField(default=1)),
            ],
            options={
                'indexes': [models.Index(fields=['-day', '-times', 'id'], name='catalogue_failed_search_most')],
                'constraints': [models.UniqueConstraint(fields=('day', 'text'), name='catalogue_failed_search_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Service',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('english', models.CharField(blank=True, max_length=200)),
                ('summary', models.TextField(blank=True)),
                ('summary_english', models.TextField(blank=True)),
                ('keywords', models.JSONField(default=list)),
                ('type', models.CharField(max_length=2)),
                ('level', models.CharField(blank=True, max_length=1)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('audience', models.JSONField(default=list)),
                ('offered', models.BooleanField(default=False)),
                ('online', models.BooleanField(default=False)),
                ('origin', models.JSONField(default=dict)),
                ('about', models.JSONField(default=dict)),
                ('uses', models.PositiveIntegerField(default=0)),
                ('changed_at', models.DateTimeField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"indexes": [models.Index(condition=models.Q(('offered', True)), fields=['-online', '-uses', 'id'], name='catalogue_popular'),models.Index(fields=['department', 'name', 'id'], name='catalogue_department'),models.Index(fields=['name', 'id'], name='catalogue_name'),],"constraints": [models.CheckConstraint(condition=models.Q(models.Q(('code', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='catalogue_service_named')],},),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('superseded', 'Superseded'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('warnings', models.JSONField(default=list)),
                ('created_at', models.DateTimeField()),
                ('published_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='catalogue.service')),
            ],options={"constraints": [models.UniqueConstraint(fields=('service', 'number'), name='catalogue_version_number'),models.UniqueConstraint(condition=models.Q(('state', 'published')), fields=('service',), name='catalogue_one_published_version'),models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('service',), name='catalogue_one_draft'),]},),
        migrations.AddField(
            model_name='service',
            name='current',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.version'),
        ),
        migrations.CreateModel(
            name='Heading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('audience', 'Audience'), ('person', 'Topic for people'), ('business', 'Topic for businesses'), ('event', 'Life event')], max_length=8)),
                ('value', models.CharField(max_length=40)),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='headings', to='catalogue.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value', 'service'), name='catalogue_heading_once')],
            },
        ),
        migrations.CreateModel(
            name='AreaOffice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('area', models.CharField(max_length=12)),
                ('roles', models.JSONField(default=dict)),
                ('contacts', models.JSONField(default=dict)),
                ('remedies', models.JSONField(default=dict)),
                ('valid_from', models.DateField()),
                ('ended_on', models.DateField(null=True)),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('service', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='area_offices', to='catalogue.service')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'department'), name='catalogue_area_office_once'), models.CheckConstraint(condition=models.Q(('area', ''), _negated=True), name='catalogue_area_office_placed'), models.CheckConstraint(condition=models.Q(('ended_on__isnull', True), ('ended_on__gte', models.F('valid_from')), _connector='OR'), name='catalogue_area_office_days')],
            },
        ),
        migrations.AddConstraint(
            model_name='service',
            constraint=models.CheckConstraint(condition=models.Q(('online', False), ('current__isnull', False), _connector='OR'), name='catalogue_online_needs_version'),
        ),
    ]
