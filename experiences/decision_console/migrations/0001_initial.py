
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('courses', '0007_kept_facts_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('message', 'message'), ('extension', 'extension'), ('reopen', 'reopen'), ('practice', 'practice'), ('invite', 'invite'), ('watch', 'watch'), ('flag', 'flag'), ('no_action', 'no_action')], max_length=12)),
                ('rule', models.CharField(max_length=200)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(blank=True)),
                ('moment', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('signature', models.CharField(max_length=150)),
                ('state', models.CharField(choices=[('staged', 'staged'), ('snoozed', 'snoozed'), ('in_review', 'in_review'), ('approved', 'approved'), ('executing', 'executing'), ('done', 'done'), ('attention', 'attention'), ('discarded', 'discarded'), ('expired', 'expired')], default='staged', max_length=12)),
                ('version', models.PositiveIntegerField(default=1)),
                ('run_at', models.DateTimeField(blank=True, null=True)),
                ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                ('author', models.CharField(max_length=40)),
                ('author_name', models.CharField(blank=True, max_length=150)),
                ('staged_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('as_of', models.DateTimeField(blank=True, null=True)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.page')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.section')),
                ('staged_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='DecisionTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.CharField(max_length=80)),
                ('is_open', models.BooleanField(default=True)),
                ('outcome', models.CharField(choices=[('waiting', 'waiting'), ('excluded', 'excluded'), ('done', 'done'), ('queued', 'queued'), ('skipped', 'skipped'), ('failed', 'failed'), ('unknown', 'unknown'), ('dropped', 'dropped')], default='waiting', max_length=12)),
                ('why', models.CharField(blank=True, max_length=20)),
                ('mail_key', models.CharField(blank=True, max_length=60)),
                ('at', models.DateTimeField(blank=True, null=True)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='decision_console.decision')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.learner')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.page')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.section')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('reserved', 'Reserved'), ('spent', 'Spent'), ('released', 'Released')], default='reserved', max_length=8)),
                ('at', models.DateTimeField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('learner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.learner')),
                ('target', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='contact', to='decision_console.decisiontarget')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Arrangement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('message', 'message'), ('extension', 'extension'), ('reopen', 'reopen'), ('practice', 'practice'), ('invite', 'invite'), ('watch', 'watch'), ('flag', 'flag'), ('no_action', 'no_action')], max_length=12)),
                ('moment', models.DateTimeField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('at', models.DateTimeField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('learner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.learner')),
                ('page', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.page')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.section')),
                ('target', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='arrangement', to='decision_console.decisiontarget')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ReviewBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('content', models.JSONField()),
                ('content_hash', models.CharField(max_length=64)),
                ('opened_by', models.CharField(max_length=40)),
                ('opened_at', models.DateTimeField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.section')),
            ],
            options={
                'verbose_name_plural': 'review batches',
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='decision',
            name='batch',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='decisions', to='decision_console.reviewbatch'),
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('actor', models.CharField(max_length=40)),
                ('content_hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='decision_console.reviewbatch')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='ConsoleSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('needs_second_approver', models.BooleanField(default=False)),
                ('weekly_contacts', models.PositiveSmallIntegerField(default=3)),
                ('staged_days', models.PositiveSmallIntegerField(default=14)),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
            ],
            options={
                'verbose_name_plural': 'console settings',
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
                'constraints': [models.UniqueConstraint(fields=('institution',), name='console_settings_once')],
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='DecisionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('event', models.CharField(max_length=20)),
                ('decided_by', models.CharField(choices=[('human', 'human'), ('human_bulk', 'human_bulk'), ('machine', 'machine')], max_length=12)),
                ('actor', models.CharField(max_length=40)),
                ('actor_name', models.CharField(blank=True, max_length=150)),
                ('version', models.PositiveIntegerField()),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='decision_console.decision')),
                ('institution', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.institution')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='courses.section')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'across_tenants',
                'default_manager_name': 'across_tenants',
                'indexes': [models.Index(fields=['institution', 'section', 'at'], name='decision_event_time')],
            },
            managers=[
                ('across_tenants', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddIndex(
            model_name='decisiontarget',
            index=models.Index(fields=['institution', 'decision', 'outcome'], name='target_outcome'),
        ),
        migrations.AddConstraint(
            model_name='decisiontarget',
            constraint=models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('institution', 'section', 'slot'), name='target_slot'),
        ),
        migrations.AddConstraint(
            model_name='decisiontarget',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('learner__isnull', True), ('page__isnull', False)), models.Q(('learner__isnull', False), ('page__isnull', True)), _connector='OR'), name='target_is_one_thing'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['institution', 'learner', 'state', 'at'], name='contact_used'),
        ),
        migrations.AddIndex(
            model_name='arrangement',
            index=models.Index(fields=['institution', 'section', 'kind'], name='arrangement_kind'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(fields=['institution', 'section', 'state'], name='decision_queue'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('state', 'approved')), fields=['institution', 'run_at'], name='decision_due'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('institution', 'batch', 'user'), name='approval_once'),
        ),
    ]
