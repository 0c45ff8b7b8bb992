import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0003_events_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=40)),
                ('actor_name', models.CharField(blank=True, max_length=150)),
                ('action', models.CharField(max_length=40)),
                ('section', models.CharField(max_length=200)),
                ('scope', models.CharField(max_length=220)),
                ('rows', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('request_id', models.CharField(max_length=64)),
                ('details', models.JSONField(blank=True, default=dict)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.institution')),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
                'indexes': [models.Index(fields=['institution', 'at'], name='audit_time')],
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
    ]
