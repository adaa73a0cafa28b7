from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from cinoche.kit.erd import mermaid_erd


def test_tables_their_columns_and_what_refers_to_what_are_drawn() -> None:
    metadata = MetaData()
    Table("places", metadata, Column("place_id", String(5), primary_key=True), Column("name", String(9), unique=True))
    Table(
        "rooms",
        metadata,
        Column("room_id", Integer, primary_key=True, comment="a number on a door"),
        Column("place_id", ForeignKey("places.place_id"), nullable=False),
        Column("next_id", ForeignKey("rooms.room_id")),
    )
    Table("owners", metadata, Column("place_id", ForeignKey("places.place_id"), primary_key=True))
    assert mermaid_erd([metadata]) == (
        "erDiagram\n"
        "    owners {\n        string place_id PK, FK\n    }\n"
        "    places {\n        string place_id PK\n        string name UK\n    }\n"
        "    rooms {\n"
        '        integer room_id PK "a number on a door"\n'
        "        string place_id FK\n        integer next_id FK\n    }\n"
        '    places ||--o{ rooms : "place_id"\n'
        '    places ||--o| owners : "place_id"\n'
        '    rooms |o--o{ rooms : "next_id"\n'
    )
