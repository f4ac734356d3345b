"""The desk opens to the addresses of the office only, where ADMIN_ALLOWED_NETWORKS names them (GB/T
22239-2019, 8.1.4.4).
"""

import ipaddress
import logging

from django.conf import settings
from django.shortcuts import render

from ledger.pages.addresses import client_address

logger = logging.getLogger(__name__)
DESK = "/admin/"


def is_desk(path):
    """Whether an address belongs to the desk."""
    return path.startswith(DESK) or path == DESK.rstrip("/")


def may_come_in(address):
    """Whether the desk may be opened from an address. No network named: from everywhere."""
    networks = settings.ADMIN_ALLOWED_NETWORKS
    if not networks:
        return True
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    number = getattr(number, "ipv4_mapped", None) or number
    return any(number in network for network in networks)


def desk_networks(get_response):
    """Middleware: 403 for the desk's pages, its log-in among them, to everybody outside."""

    def middleware(request):
        if is_desk(request.path) and not may_come_in(client_address(request)):
            logger.warning("the desk was asked for from outside ADMIN_ALLOWED_NETWORKS")
            return render(request, "403.html", {"is_outside": True}, status=403)
        return get_response(request)

    return middleware
