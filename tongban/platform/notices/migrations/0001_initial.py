
import django.db.models.deletion
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('title', models.CharField(max_length=400)),
                ('title_english', models.CharField(blank=True, max_length=400)),
                ('body', tongban.infrastructure.crypto.fields.EncryptedText()),
                ('body_english', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('subject', models.CharField(blank=True, max_length=80)),
                ('service', models.CharField(blank=True, max_length=64)),
                ('legal', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField()),
                ('read', models.BooleanField(default=False)),
                ('read_at', models.DateTimeField(null=True)),
                ('mail', models.CharField(choices=[('none', 'switched off, or no address'), ('due', 'being sent'), ('sent', 'sent'), ('rejected', "refused by the recipient's mail server")], default='none', max_length=10)),
                ('mailed_at', models.DateTimeField(null=True)),
                ('mail_problem', models.CharField(blank=True, max_length=300)),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('party', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'indexes': [models.Index(fields=['party', 'read', '-created_at', '-id'], name='notices_party'), models.Index(fields=['account', 'read', '-created_at', '-id'], name='notices_account'), models.Index(fields=['subject', 'id'], name='notices_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('party__isnull', False)), models.Q(('account__isnull', False), ('party__isnull', True)), _connector='OR'), name='notices_one_owner'), models.CheckConstraint(condition=models.Q(models.Q(('read', False), ('read_at', None)), ('read', True), _connector='OR'), name='notices_read_once')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mail', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
                ('account', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.account')),
                ('party', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', True), ('party__isnull', False)), models.Q(('account__isnull', False), ('party__isnull', True)), _connector='OR'), name='notices_preference_one_owner')],
            },
        ),
    ]
