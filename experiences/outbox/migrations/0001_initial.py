import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0007_kept_facts_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutgoingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=40)),
                ('to', models.CharField(max_length=320)),
                ('subject', models.CharField(max_length=250)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
                ('headers', models.JSONField(blank=True, default=list)),
                ('status', models.CharField(choices=[('queued', 'queued'), ('claimed', 'claimed'), ('sent', 'sent'), ('failed', 'failed'), ('unknown', 'unknown'), ('cancelled', 'cancelled')], default='queued', max_length=12)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('claim', models.CharField(blank=True, max_length=32)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.CharField(blank=True, max_length=100)),
                ('enqueued_by', models.CharField(max_length=32)),
                ('enqueued_at', models.DateTimeField()),
                ('resolved_by', models.CharField(blank=True, max_length=40)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.learner')),
            ],
            options={
                'verbose_name_plural': 'outgoing mail',
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
                'indexes': [models.Index(condition=models.Q(('status', 'queued')), fields=['institution', 'due_at'], name='mail_due'), models.Index(condition=models.Q(('status', 'claimed')), fields=['institution', 'claimed_at'], name='mail_claimed'), models.Index(fields=['institution', 'ended_at'], name='mail_ended')],
                'constraints': [models.UniqueConstraint(fields=('institution', 'key'), name='mail_once')],
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
    ]
