from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0003_summaries_in_english'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='demand', name='catalogue_demand_once_a_day'),
        migrations.RenameIndex(model_name='demand', old_name='catalogue_demand_most', new_name='catalogue_failed_search_most'),
        migrations.RenameModel(old_name='Demand', new_name='FailedSearch'),
        migrations.AddConstraint(
            model_name='failedsearch',
            constraint=models.UniqueConstraint(fields=('day', 'text'), name='catalogue_failed_search_once_a_day'),
        ),
    ]
