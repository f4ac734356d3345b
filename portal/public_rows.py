"""What the public reads of the front door and of the working days, for the daily digest."""

from ledger.digests.explaining import by_the_desk
from ledger.digests.tables import PublicTable, public_table, rows_of
from portal.models import SiteIdentity
from workdays.models import WorkCalendarDay

for _model, _kinds in (
    (SiteIdentity, ("portal_siteidentity", "portal.siteidentity")),
    (WorkCalendarDay, ("workdays_workcalendarday",)),
):
    _columns = tuple(f.attname for f in _model._meta.concrete_fields if not f.primary_key)
    public_table(
        PublicTable(
            _model._meta.label,
            str(_model._meta.verbose_name),
            _columns,
            rows_of(_model._base_manager.all, _columns),
            (by_the_desk(*_kinds),),
        )
    )
