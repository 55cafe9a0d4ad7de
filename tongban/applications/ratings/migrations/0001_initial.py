
import django.db.models.deletion
import django.db.models.expressions
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('catalogue', '0001_initial'),
        ('identity', '0001_initial'),
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Rating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('asked_on', models.DateField()),
                ('closes_on', models.DateField()),
                ('grade', models.CharField(blank=True, max_length=2)),
                ('stars', models.PositiveSmallIntegerField(null=True)),
                ('reasons', models.JSONField(default=list)),
                ('words', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('rated_on', models.DateField(null=True)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.service')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(models.Q(('grade', ''), ('rated_on__isnull', True), ('stars__isnull', True)), models.Q(models.Q(('grade', ''), _negated=True), ('rated_on__isnull', False), ('rated_on__lte', models.F('closes_on')), ('stars__isnull', False)), _connector='OR'), name='ratings_given_in_time')]},),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('opened_on', models.DateField()),
                ('due_on', models.DateField()),
                ('measures', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('answered_on', models.DateField(null=True)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('rating', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ratings.rating')),
            ],options={"indexes": [models.Index(condition=models.Q(('answered_on', None)), fields=['department', 'due_on', 'id'], name='ratings_open'),models.Index(condition=models.Q(('answered_on', None)), fields=['due_on', 'id'], name='ratings_all_open'),models.Index(condition=models.Q(('answered_on__isnull', False)), fields=['department', '-answered_on', '-id'], name='ratings_answered'),models.Index(condition=models.Q(('answered_on__isnull', False)), fields=['-answered_on', '-id'], name='ratings_all_answered'),],"constraints": [models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('opened_on'))), name='ratings_due_after_opened')],},),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', models.PositiveIntegerField(default=0)),
                ('given', models.PositiveIntegerField(default=0)),
                ('good', models.PositiveIntegerField(default=0)),
                ('low', models.PositiveIntegerField(default=0)),
                ('answered', models.PositiveIntegerField(default=0)),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.service')),
            ],options={"indexes": [models.Index(fields=['-given', '-id'], name='ratings_most_rated')],"constraints": [models.UniqueConstraint(fields=('service', 'department'), name='ratings_one_tally'),models.CheckConstraint(condition=models.Q(('answered__lte', models.F('low')), ('given', django.db.models.expressions.CombinedExpression(models.F('good'), '+', models.F('low'))), ('given__lte', models.F('asked'))), name='ratings_tally_adds_up'),],},),
    ]
