
import django.db.models.deletion
import tongban.infrastructure.crypto.fields
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0001_initial'),
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SupervisionCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('key', models.CharField(max_length=120)),
                ('rule', models.CharField(max_length=32)),
                ('grade', models.CharField(max_length=8)),
                ('state', models.CharField(choices=[('open', 'waits for an answer'), ('answered', 'answered'), ('noted', 'being watched'), ('closed', 'closed')], max_length=8)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('account', models.BigIntegerField(null=True)),
                ('official', models.CharField(blank=True, max_length=120)),
                ('occurrences', models.JSONField(default=list)),
                ('arose_on', models.DateField()),
                ('raised_at', models.DateTimeField()),
                ('due_on', models.DateField(null=True)),
                ('escalated', models.BooleanField(default=False)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('closed_on', models.DateField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"indexes": [models.Index(fields=['department', 'state', '-arose_on', '-id'], name='oversight_of_department'),models.Index(fields=['state', '-arose_on', '-id'], name='oversight_in_state'),models.Index(condition=models.Q(('state', 'open')), fields=['department', 'due_on', 'id'], name='oversight_to_answer'),models.Index(condition=models.Q(('state', 'open')), fields=['due_on', 'id'], name='oversight_all_to_answer'),models.Index(fields=['-arose_on', '-id'], name='oversight_arisen'),models.Index(fields=['department', '-arose_on', '-id'], name='oversight_department_arisen'),models.Index(fields=['account', '-arose_on', '-id'], name='oversight_official_arisen'),],"constraints": [models.UniqueConstraint(fields=('key',), name='oversight_card_once'),models.CheckConstraint(condition=models.Q(models.Q(('state', 'open'), _negated=True), ('due_on__isnull', False), _connector='OR'), name='oversight_open_is_due'),models.CheckConstraint(condition=models.Q(models.Q(('closed_on__isnull', False), ('state', 'closed'), models.Q(('outcome', ''), _negated=True)), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_on__isnull', True), ('outcome', '')), _connector='OR'), name='oversight_closed_with_outcome'),],},),
        migrations.CreateModel(
            name='CardStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('kind', models.CharField(max_length=16)),
                ('on', models.DateField()),
                ('at', models.DateTimeField()),
                ('account', models.BigIntegerField(null=True)),
                ('actor', models.CharField(blank=True, max_length=120)),
                ('grade', models.CharField(blank=True, max_length=8)),
                ('due_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=12)),
                ('words', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='oversight.supervisioncard')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='oversight_step_named'),models.CheckConstraint(condition=models.Q(('due_on__isnull', True), ('due_on__gte', models.F('on')), _connector='OR'), name='oversight_step_due_later'),]},),
        migrations.CreateModel(
            name='SupervisionOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('area', models.CharField(blank=True, max_length=12)),
                ('title', models.CharField(max_length=120)),
                ('question', tongban.infrastructure.crypto.fields.EncryptedText()),
                ('state', models.CharField(choices=[('open', 'waits for an answer'), ('answered', 'answered'), ('closed', 'concluded')], default='open', max_length=8)),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('asked_by', models.BigIntegerField(null=True)),
                ('asker_name', models.CharField(blank=True, max_length=120)),
                ('asked_on', models.DateField()),
                ('due_on', models.DateField()),
                ('answer', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('answerer_name', models.CharField(blank=True, max_length=120)),
                ('answered_on', models.DateField(null=True)),
                ('result', tongban.infrastructure.crypto.fields.EncryptedText(blank=True)),
                ('closed_on', models.DateField(null=True)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case')),
                ('department', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"indexes": [models.Index(fields=['department', 'state', 'due_on', 'id'], name='oversight_orders_here'),models.Index(fields=['state', 'due_on', 'id'], name='oversight_orders'),],"constraints": [models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('asked_on'))), name='oversight_order_due_later'),models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_on__isnull', False), _connector='OR'), name='oversight_order_closed_on'),],},),
    ]
