
import django.db.models.deletion
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('layout', models.PositiveSmallIntegerField(default=1)),
                ('fact_ids', models.JSONField()),
                ('leaves', models.BinaryField()),
                ('previous', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('signature', models.BinaryField()),
                ('key_digest', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('digest', ''), _negated=True), name='journal_batch_sealed')],
            },
        ),
        migrations.CreateModel(
            name='Fact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('name', models.CharField(max_length=80)),
                ('at', models.DateTimeField()),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('account', models.BigIntegerField(null=True)),
                ('actor', models.CharField(blank=True, max_length=120)),
                ('actor_kind', models.CharField(choices=[('anonymous', 'a visitor'), ('person', 'a person'), ('staff', 'an official'), ('client', 'another system'), ('system', 'the platform')], max_length=12)),
                ('on_behalf', models.BigIntegerField(null=True)),
                ('channel', models.CharField(blank=True, max_length=16)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('reason', models.TextField(blank=True)),
                ('data', models.JSONField(default=dict)),
                ('written_at', models.DateTimeField(null=True)),
                ('mac', models.CharField(blank=True, default='', max_length=64)),
                ('batch', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.batch')),
            ],options={"indexes": [models.Index(fields=['subject', '-at', '-id'], name='journal_subject'),models.Index(fields=['-at', '-id'], name='journal_at'),models.Index(fields=['name', '-at', '-id'], name='journal_name'),models.Index(fields=['actor', '-at', '-id'], name='journal_actor'),models.Index(condition=models.Q(('batch__isnull', True)), fields=['id'], name='journal_unsealed'),],"constraints": [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='journal_fact_named')],},),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('party', models.BigIntegerField()),
                ('office', models.CharField(blank=True, max_length=120)),
                ('at', models.DateTimeField()),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.fact')),
            ],options={"indexes": [models.Index(fields=['party', '-at', '-uid'], name='journal_reading_party')],"constraints": [models.UniqueConstraint(fields=('fact', 'party'), name='journal_reading_once')],},),
    ]
