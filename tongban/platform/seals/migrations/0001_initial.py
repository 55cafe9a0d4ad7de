
import django.db.models.deletion
import tongban.infrastructure.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('name', models.CharField(max_length=40)),
                ('text', models.CharField(max_length=120)),
                ('code', models.CharField(max_length=13, unique=True)),
                ('picture', models.BinaryField()),
                ('owner', models.CharField(max_length=120)),
                ('state', models.CharField(choices=[('applied', 'applied for'), ('refused', 'application refused'), ('approved', 'approved, not made yet'), ('made', 'made, not in use yet'), ('active', 'in use'), ('suspended', 'suspended'), ('withdrawn', 'withdrawn')], default='active', max_length=12)),
                ('valid_from', models.DateField()),
                ('valid_until', models.DateField(null=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('made_at', models.DateTimeField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('state__in', ['applied', 'refused', 'approved', 'made', 'active', 'suspended', 'withdrawn'])), name='seals_state_known'),models.UniqueConstraint(condition=models.Q(('state__in', ['refused', 'withdrawn']), _negated=True), fields=('department', 'name'), name='seals_one_of_a_name'),]},),
        migrations.CreateModel(
            name='SealUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('key_digest', models.CharField(max_length=64)),
                ('subject', models.CharField(db_index=True, max_length=80)),
                ('reason', models.CharField(max_length=200)),
                ('account', models.BigIntegerField(null=True)),
                ('actor', models.CharField(blank=True, max_length=120)),
                ('at', models.DateTimeField()),
                ('file_digest', models.CharField(max_length=64, unique=True)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seals.seal')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('file_digest', ''), _negated=True), name='seals_use_of_a_file')]},),
        migrations.CreateModel(
            name='FileVerdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_digest', models.CharField(max_length=64, unique=True)),
                ('standing', models.CharField(choices=[('trusted', 'Seal valid'), ('untrusted', 'Seal not trusted'), ('broken', 'Seal broken'), ('unsealed', 'Without a seal')], max_length=10)),
                ('signer', models.CharField(blank=True, max_length=200)),
                ('signed_at', models.DateTimeField(null=True)),
                ('stamped_at', models.DateTimeField(null=True)),
                ('stamper', models.CharField(blank=True, max_length=200)),
                ('findings', models.JSONField(default=list)),
                ('trust', models.CharField(db_index=True, max_length=64)),
                ('judged_at', models.DateTimeField()),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(('standing__in', ['trusted', 'untrusted', 'broken', 'unsealed'])), name='seals_standing_known')]},),
        migrations.CreateModel(
            name='SealChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=tongban.infrastructure.kernel.ids.uid, unique=True)),
                ('step', models.CharField(choices=[('apply', 'Apply for a seal'), ('make', 'Make the seal'), ('activate', 'Bring it into use'), ('suspend', 'Suspend'), ('resume', 'Restore to use'), ('destroy', 'Destroy for good')], max_length=10)),
                ('reason', models.CharField(max_length=200)),
                ('since', models.DateTimeField(null=True)),
                ('proposed_by', models.BigIntegerField()),
                ('proposer', models.CharField(max_length=120)),
                ('proposed_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('confirmed', 'confirmed'), ('rejected', 'rejected')], max_length=10)),
                ('settled_by', models.BigIntegerField(null=True)),
                ('settler', models.CharField(blank=True, max_length=120)),
                ('settled_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(blank=True, max_length=200)),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='seals.seal')),
            ],options={"constraints": [models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'confirmed'), _negated=True), models.Q(('settled_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='seals_four_eyes'),models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('seal',), name='seals_one_change_open'),]},),
        migrations.CreateModel(
            name='SealWait',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=80)),
                ('since', models.DateTimeField()),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.department')),
            ],options={"constraints": [models.UniqueConstraint(fields=('subject', 'department'), name='seals_waits_once')]},),
    ]
