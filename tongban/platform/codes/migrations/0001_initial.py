
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CodeList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=60, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('english', models.CharField(blank=True, max_length=120)),
                ('source', models.CharField(max_length=300)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='codes_list_has_a_source')],
            },
        ),
        migrations.CreateModel(
            name='FixedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.PositiveSmallIntegerField()),
                ('day', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=40)),
                ('source', models.CharField(max_length=300)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('month', 'day', 'valid_from'), name='codes_fixed_day_once')],
            },
        ),
        migrations.CreateModel(
            name='Year',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(unique=True)),
                ('source', models.CharField(max_length=300)),
                ('loaded_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='codes_year_has_a_source')],
            },
        ),
        migrations.CreateModel(
            name='Code',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=200)),
                ('parent', models.CharField(blank=True, max_length=40)),
                ('order', models.PositiveIntegerField()),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='codes.codelist')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('list', 'code', 'valid_from'), name='codes_code_once_a_time'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='codes_code_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Day',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('off', models.BooleanField()),
                ('name', models.CharField(max_length=40)),
                ('year', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to='codes.year')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'on'), name='codes_day_once_a_notice')],
            },
        ),
    ]
