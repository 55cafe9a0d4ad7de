
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('media_type', models.CharField(max_length=80)),
                ('scanner', models.CharField(blank=True, max_length=40)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='storage_blob_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Damage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(max_length=10)),
                ('found_at', models.DateTimeField()),
                ('blob', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='storage.blob')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('how__in', ['missing', 'changed', 'unreadable'])), name='storage_damage_how')],
            },
        ),
    ]
