"""What becomes of each table in an archive was decided for each, and is documented."""

from django.apps import apps

from registan.transfer.archive.table_rules import EMPTIED, RULES


def models() -> dict[str, type]:
    return {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def test_every_table_has_a_rule_and_every_rule_a_table():
    assert models().keys() == RULES.keys(), "a new table needs a row in registan/transfer/archive/table_rules.py"


def test_hidden_columns_are_columns():
    for label, rule in RULES.items():
        columns = {field.column for field in models()[label]._meta.local_concrete_fields}
        assert rule.hidden <= columns, label


def test_nothing_of_people_is_in_the_public_part():
    shown = {label for label, rule in RULES.items() if rule.public}
    assert not [label for label in shown if label.split(".")[0] not in {"blog", "comments"}]
    for label in shown:
        rule, fields = RULES[label], models()[label]._meta.local_concrete_fields
        names = {
            field.column for field in fields if field.is_relation and field.related_model._meta.label == "auth.User"
        }
        names |= {
            field.column for field in fields if field.name in {"email", "address", "password_hash", "preview_token"}
        }
        assert names - rule.hidden <= ({"address"} if label != "comments.Comment" else set()), label


def test_the_words_that_are_emptied_are_columns():
    for label, find in EMPTIED.items():
        columns = {field.column for field in models()[label]._meta.local_concrete_fields}
        assert columns.issuperset(find({"status": "removed"}))


def test_the_document_names_each_table_with_its_part(root):
    text = (root / "docs/permanence.md").read_text()
    for label, rule in RULES.items():
        part = "public" if rule.public else "private" if rule.is_kept else "never"
        assert f"| `{models()[label]._meta.db_table}` | {part} | {rule.reason} |" in text, label
