"""What the letters of citizens have registered, read once by the portal when it starts."""

from inquiries import erasing

# @erases, holds_none: what readers reported of an item.
ERASING = (erasing,)
