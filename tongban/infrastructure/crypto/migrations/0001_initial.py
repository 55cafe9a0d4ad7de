
import django.db.models.deletion
import tongban.infrastructure.crypto.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Secret',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('value', tongban.infrastructure.crypto.fields.EncryptedText()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='crypto_secret_named')],
            },
        ),
        migrations.CreateModel(
            name='Key',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_digest', models.CharField(max_length=64, unique=True)),
                ('owner', models.CharField(max_length=120)),
                ('common_name', models.CharField(max_length=120)),
                ('signer', models.CharField(max_length=40)),
                ('handle', tongban.infrastructure.crypto.fields.EncryptedText()),
                ('certificate', models.TextField()),
                ('serial', models.CharField(max_length=40, unique=True)),
                ('chain', models.TextField(blank=True)),
                ('created_at', models.DateTimeField()),
                ('valid_from', models.DateTimeField()),
                ('valid_until', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('issuer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='crypto.key')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at__isnull', True)), fields=('owner',), name='crypto_one_key_each'), models.CheckConstraint(condition=models.Q(('valid_until__gt', models.F('valid_from'))), name='crypto_key_lives')],
            },
        ),
    ]
