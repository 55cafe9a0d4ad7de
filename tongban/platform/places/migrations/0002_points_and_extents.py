from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('places', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='area',
            name='extent',
            field=models.JSONField(default=list),
        ),
        migrations.CreateModel(
            name='Point',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=200, unique=True)),
                ('latitude', models.FloatField()),
                ('longitude', models.FloatField()),
                ('source', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(
                        condition=models.Q(('latitude__range', (-90, 90)), ('longitude__range', (-180, 180))),
                        name='places_point_on_earth',
                    )
                ],
            },
        ),
    ]
