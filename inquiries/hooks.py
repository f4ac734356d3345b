"""What the letters of citizens have registered, read once by the portal when it starts."""

from inquiries import erasing, public_rows

# @erases, holds_none: what readers reported of an item.
ERASING = (erasing,)
# @public_table: what the daily digest covers.
PUBLIC = (public_rows,)
