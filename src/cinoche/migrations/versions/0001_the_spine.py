"""The spine."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "catalog_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalog_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_version")),
    )
    op.create_table(
        "genres",
        sa.Column("genre", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("genre", name=op.f("pk_genres")),
    )
    op.create_table(
        "imports",
        sa.Column("data_set", sa.String(length=100), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("shift_s", sa.Float(), nullable=False),
        sa.Column("titles", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("data_set", name=op.f("pk_imports")),
    )
    op.create_table(
        "people",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("folded_name", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people")),
    )
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_folded_name"), ["folded_name"], unique=False)

    op.create_table(
        "sources",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.String(length=500), nullable=False),
        sa.Column("is_commercial", sa.Boolean(), nullable=False),
        sa.Column("attribution", sa.String(length=1000), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_sources")),
    )
    op.create_table(
        "titles",
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("folded_name", sa.String(length=500), nullable=False),
        sa.Column("original_name", sa.String(length=500), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.String(length=64), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("length_s", sa.Integer(), nullable=True),
        sa.Column("budget_usd", sa.Integer(), nullable=True),
        sa.Column("has_media", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("(kind IN ('season', 'episode')) = (parent_id IS NOT NULL)", name=op.f("ck_titles_parent")),
        sa.CheckConstraint("kind IN ('film', 'series', 'season', 'episode')", name=op.f("ck_titles_kind")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_titles_name")),
        sa.CheckConstraint("length_s > 0", name=op.f("ck_titles_length")),
        sa.CheckConstraint("year BETWEEN 1870 AND 2200", name=op.f("ck_titles_year")),
        sa.ForeignKeyConstraint(["parent_id"], ["titles.title_id"], name=op.f("fk_titles_parent_id")),
        sa.ForeignKeyConstraint(["source"], ["sources.source"], name=op.f("fk_titles_source")),
        sa.PrimaryKeyConstraint("title_id", name=op.f("pk_titles")),
    )
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_titles_folded_name"), ["folded_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_titles_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_titles_year"), ["year"], unique=False)

    op.create_table(
        "alternative_names",
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.title_id"], name=op.f("fk_alternative_names_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("title_id", "name", name=op.f("pk_alternative_names")),
    )
    op.create_table(
        "certifications",
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("mark", sa.String(length=20), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("min_age BETWEEN 0 AND 21", name=op.f("ck_certifications_min_age")),
        sa.ForeignKeyConstraint(["source"], ["sources.source"], name=op.f("fk_certifications_source")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.title_id"], name=op.f("fk_certifications_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("title_id", "country", name=op.f("pk_certifications")),
    )
    op.create_table(
        "credits",
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("character", sa.String(length=500), nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name=op.f("fk_credits_person_id")),
        sa.ForeignKeyConstraint(["source"], ["sources.source"], name=op.f("fk_credits_source")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.title_id"], name=op.f("fk_credits_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("title_id", "person_id", "role", name=op.f("pk_credits")),
    )
    with op.batch_alter_table("credits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credits_person_id"), ["person_id"], unique=False)

    op.create_table(
        "external_ids",
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.title_id"], name=op.f("fk_external_ids_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "value", name=op.f("pk_external_ids")),
    )
    with op.batch_alter_table("external_ids", schema=None) as batch_op:
        batch_op.create_index("ix_external_ids_title_id", ["title_id"], unique=False)

    op.create_table(
        "provenance",
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.source"], name=op.f("fk_provenance_source")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.title_id"], name=op.f("fk_provenance_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("title_id", "field", name=op.f("pk_provenance")),
    )
    op.create_table(
        "tags",
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("tag", sa.String(length=200), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.CheckConstraint("times > 0", name=op.f("ck_tags_times")),
        sa.ForeignKeyConstraint(["source"], ["sources.source"], name=op.f("fk_tags_source")),
        sa.ForeignKeyConstraint(["title_id"], ["titles.title_id"], name=op.f("fk_tags_title_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("title_id", "tag", name=op.f("pk_tags")),
    )
    op.create_table(
        "title_genres",
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("genre", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["genre"], ["genres.genre"], name=op.f("fk_title_genres_genre")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["titles.title_id"], name=op.f("fk_title_genres_title_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("title_id", "genre", name=op.f("pk_title_genres")),
    )
    with op.batch_alter_table("title_genres", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_title_genres_genre"), ["genre"], unique=False)

    op.create_table(
        "accounts",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.CheckConstraint("role IN ('viewer', 'operator')", name="accounts_role"),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("email"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("failure_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("failure_id"),
    )
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_failures_failed_at"), ["failed_at"], unique=False)
        batch_op.create_index("sign_in_failures_by_address", ["address_hash", "failed_at"], unique=False)
        batch_op.create_index("sign_in_failures_by_email", ["email_hash", "failed_at"], unique=False)

    op.create_table(
        "profiles",
        sa.Column("profile_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("avatar", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("is_kids", sa.Boolean(), nullable=False),
        sa.Column("max_age", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("leaving_at", sa.Double(), nullable=True),
        sa.CheckConstraint("slot BETWEEN 1 AND 5", name="profiles_slot"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("profile_id"),
        sa.UniqueConstraint("account_id", "slot", name="profiles_slot_once"),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.String(length=26), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("renewed_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("token_hash"),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "persons",
        sa.Column(
            "pseudonym", sa.String(length=32), nullable=False, comment="128 random bits: the person's name in every log"
        ),
        sa.Column("profile_id", sa.String(length=128), nullable=False, comment="a profile, or data set/user id"),
        sa.Column("scope", sa.String(length=64), nullable=False, comment="account, or the data set it came with"),
        sa.Column(
            "data_key", sa.LargeBinary(length=32), nullable=False, comment="seals texts and derives ids; never leaves"
        ),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column(
            "closed_at",
            sa.Float(),
            nullable=True,
            comment="when an erasure began: from then on nobody is given the pseudonym",
        ),
        sa.PrimaryKeyConstraint("pseudonym"),
        sa.UniqueConstraint("profile_id"),
        comment="The only tie between a profile and its pseudonym; destroying a row unlinks and shreds the rest.",
    )
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_persons_scope"), ["scope"], unique=False)

    op.create_table(
        "library_offset",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("log_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
        comment="The offset of the last event that library_titles includes: one row.",
    )
    op.create_table(
        "library_titles",
        sa.Column("subject", sa.String(length=32), nullable=False, comment="the pseudonym of who did it"),
        sa.Column("title_id", sa.String(length=64), nullable=False),
        sa.Column("watched_at", sa.Float(), nullable=False),
        sa.Column("position_s", sa.Float(), nullable=False),
        sa.Column("position_at", sa.Float(), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=True),
        sa.Column("completed_at", sa.Float(), nullable=False),
        sa.Column("abandoned_at", sa.Float(), nullable=False),
        sa.Column("removed_at", sa.Float(), nullable=False),
        sa.Column("rating", sa.Float(), nullable=True),
        sa.Column("rated_at", sa.Float(), nullable=False),
        sa.Column("reaction", sa.SmallInteger(), nullable=False, comment="1 a thumb up, -1 a thumb down, 0 neither"),
        sa.Column("reacted_at", sa.Float(), nullable=False),
        sa.Column("review", sa.Text(), nullable=True, comment="sealed under the person's key"),
        sa.Column("sentiment", sa.Float(), nullable=True),
        sa.Column("reviewed_at", sa.Float(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("listed_at", sa.Float(), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), nullable=False),
        sa.Column("dismissed_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "title_id"),
        comment="What each profile has done with each title, folded from the log; can be rebuilt from it.",
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("library_titles")
    op.drop_table("library_offset")
    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_persons_scope"))

    op.drop_table("persons")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sessions_expires_at"))
        batch_op.drop_index(batch_op.f("ix_sessions_account_id"))

    op.drop_table("sessions")
    op.drop_table("profiles")
    with op.batch_alter_table("sign_in_failures", schema=None) as batch_op:
        batch_op.drop_index("sign_in_failures_by_email")
        batch_op.drop_index("sign_in_failures_by_address")
        batch_op.drop_index(batch_op.f("ix_sign_in_failures_failed_at"))

    op.drop_table("sign_in_failures")
    op.drop_table("accounts")
    with op.batch_alter_table("title_genres", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_title_genres_genre"))

    op.drop_table("title_genres")
    op.drop_table("tags")
    op.drop_table("provenance")
    with op.batch_alter_table("external_ids", schema=None) as batch_op:
        batch_op.drop_index("ix_external_ids_title_id")

    op.drop_table("external_ids")
    with op.batch_alter_table("credits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credits_person_id"))

    op.drop_table("credits")
    op.drop_table("certifications")
    op.drop_table("alternative_names")
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_titles_year"))
        batch_op.drop_index(batch_op.f("ix_titles_parent_id"))
        batch_op.drop_index(batch_op.f("ix_titles_folded_name"))

    op.drop_table("titles")
    op.drop_table("sources")
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_people_folded_name"))

    op.drop_table("people")
    op.drop_table("imports")
    op.drop_table("genres")
    op.drop_table("catalog_version")
