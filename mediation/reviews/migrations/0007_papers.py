"""Papers made of reviews, their numbers, recipients and deliveries, suggestions, and surges."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grid", "0003_device"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("reviews", "0006_inspection_locked"),
    ]

    operations = [
        migrations.AlterField(
            model_name="review",
            name="reason",
            field=models.CharField(
                choices=[("due", "到期编制"), ("command", "按命令编制"), ("correction", "印发后更正")],
                max_length=12,
                verbose_name="编制原因",
            ),
        ),
        migrations.CreateModel(
            name="Organ",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("name", models.CharField(max_length=60, verbose_name="发文机关")),
                ("code", models.CharField(max_length=20, verbose_name="机关代字")),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("unit",), name="organ_once"),
                    models.UniqueConstraint(fields=("city_id", "code"), name="organ_code_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("code", models.CharField(max_length=20)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "organ",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="series", to="reviews.organ"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("organ", "code", "year"), name="numberseries_once")],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("last_event_at", models.DateTimeField()),
                ("last_seq", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("daily", "日巡查"),
                            ("weekly", "周分析"),
                            ("monthly", "月研判"),
                            ("bimonthly", "双月通报"),
                            ("quarterly", "季通报"),
                            ("annual", "年考核"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("built", "已编制"),
                            ("drafted", "起草中"),
                            ("submitted", "待审核"),
                            ("checked", "已审核"),
                            ("issued", "已印发"),
                            ("archived", "已归档"),
                        ],
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("addressee", models.CharField(blank=True, max_length=200, verbose_name="主送")),
                ("copies_to", models.JSONField(blank=True, default=list, verbose_name="抄送")),
                ("objections_until", models.DateTimeField(help_text="Exclusive.", null=True, verbose_name="异议截止")),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="发文字号")),
                ("issued_at", models.DateTimeField(null=True, verbose_name="印发时间")),
                (
                    "outline",
                    models.JSONField(
                        help_text="The paper as issued; before that it is made when looked at.", null=True
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "drafted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper", to="reviews.review"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("city_id"), models.OrderBy(models.F("id"), descending=True), name="paper_city"
                    ),
                    models.Index(
                        models.F("county_id"), models.OrderBy(models.F("id"), descending=True), name="paper_county"
                    ),
                    models.Index(
                        models.F("township_id"), models.OrderBy(models.F("id"), descending=True), name="paper_township"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("city_id", "number"),
                        name="paper_number_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("issued_at__isnull", False),
                                ("outline__isnull", False),
                                ("status__in", ["issued", "archived"]),
                            ),
                            models.Q(
                                models.Q(("status__in", ["issued", "archived"]), _negated=True),
                                ("issued_at__isnull", True),
                                ("outline__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="paper_issued_is_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField()),
                ("words", models.TextField(verbose_name="异议")),
                ("adopted", models.BooleanField(null=True, verbose_name="是否采纳")),
                ("answer", models.TextField(blank=True, verbose_name="答复")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "of_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.unit",
                        verbose_name="提出单位",
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="objections", to="reviews.paper"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("adopted__isnull", True), ("answered_at__isnull", True)),
                            models.Q(("adopted__isnull", False), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="objection_answered_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MailOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("address", models.EmailField(max_length=254)),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True, help_text="What the last try failed with: a name, no text.", max_length=60
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mails", to="reviews.paper"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("sent_at__isnull", True)), fields=["id"], name="mailout_unsent")
                ],
                "constraints": [models.UniqueConstraint(fields=("paper", "address"), name="mailout_once")],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("purpose", models.CharField(choices=[("objections", "征求意见"), ("issued", "印发")], max_length=12)),
                ("is_copy", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="reviews.review"
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="reviews.paper"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("paper", "to_unit", "purpose"), name="delivery_once")],
            },
        ),
        migrations.CreateModel(
            name="PaperEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("seq", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=32)),
                ("at", models.DateTimeField(verbose_name="发生时间")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("grid_worker", "网格员"),
                            ("village_leader", "村（社区）网格长"),
                            ("centre_clerk", "中心登记员"),
                            ("centre_dispatcher", "中心调度员"),
                            ("handler", "部门承办人"),
                            ("mediator", "人民调解员"),
                            ("committee_director", "调委会主任"),
                            ("centre_supervisor", "中心督查员"),
                            ("leader", "分管领导"),
                            ("auditor", "审计员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("ledger_import", "台账导入"),
                            ("system", "系统"),
                        ],
                        max_length=20,
                    ),
                ),
                ("status", models.CharField(max_length=16)),
                ("words", models.TextField(blank=True, help_text="Why; about papers and work, never about people.")),
                ("data", models.JSONField(blank=True, default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="reviews.paper",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("paper", "seq"), name="paperevent_seq")],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("read_at", models.DateTimeField(verbose_name="阅读时间")),
                ("acknowledged_at", models.DateTimeField(null=True, verbose_name="签收时间")),
                (
                    "of_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="reviews.paper"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("paper", "of_unit", "user"), name="receipt_once")],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("daily", "日巡查"),
                            ("weekly", "周分析"),
                            ("monthly", "月研判"),
                            ("bimonthly", "双月通报"),
                            ("quarterly", "季通报"),
                            ("annual", "年考核"),
                        ],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                ("is_copy", models.BooleanField(default=False, verbose_name="抄送")),
                ("since", models.DateField(verbose_name="自")),
                ("until", models.DateField(blank=True, help_text="Exclusive.", null=True, verbose_name="至")),
                (
                    "to_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.unit",
                        verbose_name="收文单位",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_unit__isnull", False), models.Q(("email", ""), _negated=True), _connector="OR"
                        ),
                        name="recipient_is_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("unit", "kind", "to_unit", "email"),
                        name="recipient_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("key", models.CharField(max_length=24)),
                ("position", models.PositiveSmallIntegerField()),
                ("heading", models.CharField(max_length=100, verbose_name="标题")),
                ("generated", models.TextField(blank=True, verbose_name="自动生成")),
                ("written", models.TextField(blank=True, verbose_name="人工撰写")),
                ("edited_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sections", to="reviews.paper"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("paper", "key"), name="section_once")],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("last_event_at", models.DateTimeField()),
                ("last_seq", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "拟议"),
                            ("accepted", "已采纳"),
                            ("declined", "未采纳"),
                            ("overdue", "逾期未落实"),
                            ("done", "已落实"),
                        ],
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("text", models.TextField(verbose_name="建议")),
                ("due_on", models.DateField(null=True, verbose_name="完成期限")),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.unit",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="suggestions", to="reviews.review"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("status", "accepted")), fields=["due_on"], name="suggestion_owed")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["proposed", "declined"]),
                            models.Q(("due_on__isnull", False), ("owner__isnull", False)),
                            _connector="OR",
                        ),
                        name="suggestion_accepted_has_owner",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SuggestionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("seq", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=32)),
                ("at", models.DateTimeField(verbose_name="发生时间")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("grid_worker", "网格员"),
                            ("village_leader", "村（社区）网格长"),
                            ("centre_clerk", "中心登记员"),
                            ("centre_dispatcher", "中心调度员"),
                            ("handler", "部门承办人"),
                            ("mediator", "人民调解员"),
                            ("committee_director", "调委会主任"),
                            ("centre_supervisor", "中心督查员"),
                            ("leader", "分管领导"),
                            ("auditor", "审计员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("ledger_import", "台账导入"),
                            ("system", "系统"),
                        ],
                        max_length=20,
                    ),
                ),
                ("status", models.CharField(max_length=16)),
                ("words", models.TextField(blank=True, help_text="Why; about papers and work, never about people.")),
                ("data", models.JSONField(blank=True, default=dict)),
                ("due_on", models.DateField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "suggestion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="reviews.suggestion",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("suggestion", "seq"), name="suggestionevent_seq")],
            },
        ),
        migrations.CreateModel(
            name="Surge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("last_event_at", models.DateTimeField()),
                ("last_seq", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "待批准"),
                            ("declined", "未批准"),
                            ("active", "战时"),
                            ("ended", "已结束"),
                        ],
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.TextField(verbose_name="启动事由")),
                ("authority", models.CharField(max_length=200, verbose_name="批准依据")),
                ("starts_on", models.DateField(verbose_name="开始日期")),
                ("ends_on", models.DateField(help_text="The last day.", verbose_name="计划结束日期")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="实际结束")),
                (
                    "categories",
                    models.JSONField(
                        blank=True, default=list, help_text="Codes; empty means all.", verbose_name="事件类别"
                    ),
                ),
                (
                    "limits_factor",
                    models.DecimalField(decimal_places=2, default=1, max_digits=3, verbose_name="时限系数"),
                ),
                ("cut_off", models.TimeField(help_text="Asia/Shanghai.", verbose_name="每日截止")),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("status", "active")), fields=["ends_on"], name="surge_active")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="surge_ends_after_start"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limits_factor__gt", 0), ("limits_factor__lte", 1)),
                        name="surge_limits_never_longer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurgeDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("day", models.DateField()),
                ("as_of", models.DateTimeField()),
                ("figures", models.JSONField()),
                ("built_at", models.DateTimeField()),
                (
                    "surge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="reviews.surge"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("surge", "day"), name="surgeday_once")],
            },
        ),
        migrations.CreateModel(
            name="SurgeEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("seq", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=32)),
                ("at", models.DateTimeField(verbose_name="发生时间")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("grid_worker", "网格员"),
                            ("village_leader", "村（社区）网格长"),
                            ("centre_clerk", "中心登记员"),
                            ("centre_dispatcher", "中心调度员"),
                            ("handler", "部门承办人"),
                            ("mediator", "人民调解员"),
                            ("committee_director", "调委会主任"),
                            ("centre_supervisor", "中心督查员"),
                            ("leader", "分管领导"),
                            ("auditor", "审计员"),
                            ("system_admin", "系统管理员"),
                            ("security_admin", "安全管理员"),
                            ("ledger_import", "台账导入"),
                            ("system", "系统"),
                        ],
                        max_length=20,
                    ),
                ),
                ("status", models.CharField(max_length=16)),
                ("words", models.TextField(blank=True, help_text="Why; about papers and work, never about people.")),
                ("data", models.JSONField(blank=True, default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "surge",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="reviews.surge",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("surge", "seq"), name="surgeevent_seq")],
            },
        ),
        migrations.CreateModel(
            name="SurgeReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("day", models.DateField()),
                ("is_nil", models.BooleanField(verbose_name="零报告")),
                ("words", models.TextField(blank=True, verbose_name="情况")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "of_unit",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grid.unit"),
                ),
                (
                    "surge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="reviews.surge"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("surge", "of_unit", "day"), name="surgereport_once")],
            },
        ),
        migrations.CreateModel(
            name="SurgeTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("text", models.TextField(verbose_name="任务")),
                ("given_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(verbose_name="完成时限")),
                ("done_at", models.DateTimeField(null=True, verbose_name="完成时间")),
                ("result", models.TextField(blank=True, verbose_name="完成情况")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.unit",
                        verbose_name="责任单位",
                    ),
                ),
                (
                    "surge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="reviews.surge"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["surge", "due_at"], name="surgetask_due")],
            },
        ),
        migrations.CreateModel(
            name="SurgeUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "of_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="grid.unit",
                        verbose_name="报告单位",
                    ),
                ),
                (
                    "surge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="units", to="reviews.surge"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("surge", "of_unit"), name="surgeunit_once")],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("city_id", models.BigIntegerField()),
                ("county_id", models.BigIntegerField(blank=True, null=True)),
                ("township_id", models.BigIntegerField(blank=True, null=True)),
                ("village_id", models.BigIntegerField(blank=True, null=True)),
                ("grid_id", models.BigIntegerField(blank=True, null=True)),
                ("reason", models.TextField(verbose_name="更正原因")),
                ("asked_at", models.DateTimeField()),
                ("differences", models.JSONField(default=list)),
                ("built_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "corrects",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="reviews.review"
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("review__isnull", True)), fields=["id"], name="correction_to_build"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("corrects",), name="correction_once")],
            },
        ),
    ]
