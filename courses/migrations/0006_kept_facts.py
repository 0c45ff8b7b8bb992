import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0005_audit_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptFacts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=220)),
                ('config_signature', models.CharField(max_length=64)),
                ('taken_at', models.DateTimeField()),
                ('day', models.DateField()),
                ('as_of', models.DateTimeField(blank=True, null=True)),
                ('events', models.PositiveBigIntegerField()),
                ('facts', models.JSONField()),
                ('fingerprints', models.JSONField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.section')),
            ],
            options={
                'verbose_name_plural': 'kept facts',
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
                'constraints': [models.UniqueConstraint(fields=('institution', 'section', 'scope', 'day', 'config_signature'), name='kept_facts_once_a_day')],
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='LastVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=220)),
                ('seen_at', models.DateTimeField()),
                ('previous_at', models.DateTimeField(blank=True, null=True)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.section')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
                'constraints': [models.UniqueConstraint(fields=('institution', 'section', 'user', 'scope'), name='last_visit_once')],
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
    ]
