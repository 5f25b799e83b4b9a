"""Limits of obligations, numbers unique within a city, notices of rights, reminders, and looks that outlive a party."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from grid.rls import levels_follow_sql

OF_EITHER = (
    "cases_access",
    "cases_attachment",
    "cases_clockentry",
    "cases_clockrequest",
    "cases_handover",
    "cases_notice",
    "cases_party",
    "cases_remark",
)


def followers(record: str, children: tuple[str, ...]) -> str:
    """SQL that makes the trigger of migration 0002 anew, for more children."""
    name = f"cases_{record}_levels_follow"
    drop = f"drop trigger {name} on cases_{record}; drop function {name}();"
    return drop + levels_follow_sql(f"cases_{record}", f"{record}_id", children, name)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_row_level_security"),
        ("grid", "0002_row_level_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="case_file_number",
        ),
        migrations.AddField(
            model_name="case",
            name="next_due_on",
            field=models.DateField(
                blank=True,
                help_text="Day of the earliest obligation not yet performed.",
                null=True,
                verbose_name="下一履行期限",
            ),
        ),
        migrations.AddField(
            model_name="filecounter",
            name="label",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The committee's short name in this year's numbers, unlike any other's.",
                max_length=100,
            ),
        ),
        migrations.AddField(
            model_name="outbox",
            name="key",
            field=models.CharField(
                blank=True, help_text="Of a reminder: the same one is never written twice.", max_length=80, null=True
            ),
        ),
        migrations.AddField(
            model_name="outbox",
            name="trouble",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What the last try failed with: a name, no text.",
                max_length=60,
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="is_under_14",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Everything about them is sensitive (个人信息保护法 arts 28, 31).",
                verbose_name="未满十四周岁",
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="notice_version",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Which template of the notice was given (PV-08).",
                max_length=20,
                verbose_name="告知书版本",
            ),
        ),
        migrations.AddField(
            model_name="reveal",
            name="case_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="reveal",
            name="incident_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="access",
            name="reason",
            field=models.CharField(
                choices=[
                    ("lead", "主办"),
                    ("assist", "协办"),
                    ("proposed", "拟移交"),
                    ("committee", "承办调委会"),
                    ("mediator", "调解员"),
                    ("reporter", "上报人"),
                    ("leader", "包案领导"),
                    ("registrar", "登记人"),
                    ("approver", "审批人"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="status",
            field=models.CharField(
                choices=[
                    ("registered", "已登记"),
                    ("consent_pending", "待同意"),
                    ("declined", "不予受理"),
                    ("withdrawn", "已撤回登记"),
                    ("accepted", "已受理"),
                    ("mediator_assigned", "已指派"),
                    ("investigating", "调查中"),
                    ("mediating", "调解中"),
                    ("agreed", "已达成协议"),
                    ("performing", "履行中"),
                    ("performed", "已履行"),
                    ("breached", "未按期履行"),
                    ("urged", "已督促"),
                    ("referred_to_court", "已转司法途径"),
                    ("terminated", "已终止"),
                    ("closed", "已结案"),
                    ("archived", "已归档"),
                ],
                max_length=24,
                verbose_name="状态",
            ),
        ),
        migrations.AlterField(
            model_name="clockrequest",
            name="state",
            field=models.CharField(
                choices=[("asked", "待审批"), ("granted", "同意"), ("refused", "不同意"), ("lapsed", "已失效")],
                default="asked",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="handover",
            name="state",
            field=models.CharField(
                choices=[
                    ("offered", "待签收"),
                    ("accepted", "已签收"),
                    ("objected", "有异议"),
                    ("sustained", "异议成立"),
                    ("overruled", "异议不成立"),
                    ("withdrawn", "已撤回"),
                    ("done", "已反馈"),
                ],
                default="offered",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="reveal",
            name="party",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="reveals",
                to="cases.party",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("is_open", True)),
                fields=["due_at"],
                name="case_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("is_open", True), ("next_due_on__isnull", False)),
                fields=["next_due_on"],
                name="case_next_due",
            ),
        ),
        migrations.AddIndex(
            model_name="clockentry",
            index=models.Index(
                condition=models.Q(("is_provisional", True)), fields=["due_at"], name="clockentry_provisional"
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("is_open", True)),
                fields=["due_at"],
                name="incident_open_due",
            ),
        ),
        migrations.AddIndex(
            model_name="reveal",
            index=models.Index(fields=["by", "at"], name="reveal_by_at"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("file_number", ""), _negated=True),
                fields=("city_id", "file_number"),
                name="case_file_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="filecounter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("label", ""), _negated=True),
                fields=("city_id", "year", "label"),
                name="filecounter_label_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="outbox",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key__isnull", False)), fields=("key",), name="outbox_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_under_14", False), ("is_minor", True), _connector="OR"),
                name="party_under_14_is_minor",
            ),
        ),
        # The log of looks carries the record's id now, so it follows a corrected place like everything else.
        migrations.RunSQL(
            followers("incident", ("cases_incidentevent", *OF_EITHER, "cases_reveal")),
            followers("incident", ("cases_incidentevent", *OF_EITHER)),
        ),
        migrations.RunSQL(
            followers("case", ("cases_caseevent", "cases_casemediator", *OF_EITHER, "cases_reveal")),
            followers("case", ("cases_caseevent", "cases_casemediator", *OF_EITHER)),
        ),
    ]
