"""Personal data at rest: encrypted with authentication under a key outside of the database, bound
to its place, kept for so many days (docs/decisions/0089-personal-data-at-rest.md).

A room of the cellar: it imports no room of ours, has no models, and is typed strictly. What calls
it:

    place = Place("inquiries", "application.name", application.number)
    application.name_at_rest = encrypt(name, place=place)          # confidential.encryption
    name = decrypt(application.name_at_rest, place=place)
    register(Column("inquiries", "application.name", …))           # confidential.values, once, in the room's AppConfig.ready()
    is_due(application.closed_on, today=today)                     # confidential.retention
"""
