"""What is on record as a list (`disclosure.acts.frame.lists`): each change at the desk is an act."""

from disclosure.acts import register_lists


class Listed:
    """For an admin of one of those models: beside Django's log, an entry of the register."""

    def log_addition(self, request, obj, message):
        register_lists(by=request.user, of=[obj])
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        register_lists(by=request.user, of=[obj])
        return super().log_change(request, obj, message)

    def delete_model(self, request, obj):
        gone = type(obj)(pk=obj.pk)
        super().delete_model(request, obj)
        register_lists(by=request.user, of=[gone])

    def delete_queryset(self, request, queryset):
        gone = [type(obj)(pk=obj.pk) for obj in queryset]
        super().delete_queryset(request, queryset)
        register_lists(by=request.user, of=gone)
