
import django.db.models.deletion
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='AddressPosition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, unique=True)),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))), name='places_point_on_earth')],
            },
        ),
        migrations.CreateModel(
            name='Hall',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('english', models.CharField(blank=True, max_length=120)),
                ('address', models.CharField(max_length=200)),
                ('hours', models.CharField(max_length=200)),
                ('hours_english', models.CharField(blank=True, max_length=200)),
                ('phone', models.CharField(max_length=30)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('note_english', models.CharField(blank=True, max_length=300)),
                ('windows', models.JSONField(default=list)),
                ('order', models.PositiveIntegerField(default=0)),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('address', ''), _negated=True), models.Q(('hours', ''), _negated=True), models.Q(('phone', ''), _negated=True)), name='places_hall_can_be_found')],
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('code', models.CharField(max_length=12)),
                ('name', models.CharField(max_length=80)),
                ('level', models.CharField(choices=[('province', 'province'), ('city', 'city'), ('district', 'district'), ('township', 'township or street office'), ('village', 'village or neighbourhood')], max_length=12)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('extent', models.JSONField(default=list)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='places.area')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('code', 'valid_from'), name='places_code_once'), models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='places_dates'), models.CheckConstraint(condition=models.Q(('level__in', ['province', 'city', 'district', 'township', 'village'])), name='places_level_known')],
            },
        ),
    ]
