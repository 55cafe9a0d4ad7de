
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('documents', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('occasion', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=80)),
                ('title', models.CharField(max_length=200)),
                ('number', models.CharField(max_length=60, unique=True)),
                ('issued_at', models.DateTimeField()),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'occasion'), name='letters_once_an_occasion'), models.CheckConstraint(condition=models.Q(models.Q(('kind', ''), _negated=True), models.Q(('occasion', ''), _negated=True)), name='letters_named')],
            },
        ),
    ]
