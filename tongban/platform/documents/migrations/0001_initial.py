
import django.db.models.deletion
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('parties', '0001_initial'),
        ('storage', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='WaitingPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('kind', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('characters', models.CharField(max_length=200)),
                ('since', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'kind'), name='documents_waiting_once')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('kind', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=160)),
                ('origin', models.CharField(choices=[('uploaded', 'Uploaded'), ('fetched', 'Fetched, no upload needed'), ('issued', 'Issued'), ('field', 'Taken on site')], max_length=10)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('service', models.CharField(blank=True, max_length=64)),
                ('trust', models.CharField(choices=[('A', 'A: produced by an authority, usable as it is'), ('B', 'B: checked by an official, usable again'), ('C', 'C: uploaded, the original is to be checked'), ('D', 'D: made or declared by the applicant')], max_length=1)),
                ('as_of', models.DateTimeField()),
                ('valid_until', models.DateField(null=True)),
                ('created_by', models.BigIntegerField(null=True)),
                ('created_at', models.DateTimeField()),
                ('key', models.CharField(max_length=160, null=True, unique=True)),
                ('token', models.CharField(max_length=32, null=True, unique=True)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='storage.blob')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'indexes': [models.Index(fields=['owner', '-created_at', '-id'], name='documents_owner'), models.Index(fields=['source'], name='documents_source'), models.Index(condition=models.Q(('owner__isnull', True)), fields=['created_by', '-created_at', '-id'], name='documents_brought')],
                'constraints': [models.CheckConstraint(condition=models.Q(('origin__in', ['uploaded', 'fetched', 'issued', 'field'])), name='documents_origin'), models.CheckConstraint(condition=models.Q(('trust__in', ['A', 'B', 'C', 'D'])), name='documents_trust')],
            },
        ),
    ]
