"""Where things are sent, and what became of them."""

from tongban.platform.delivery.models.addresses import MAX_RECIPIENT, MAX_STREET, Destination, PostalAddress
from tongban.platform.delivery.models.parcels import MAX_WAYBILL, Parcel, ParcelEvent

__all__ = ["MAX_RECIPIENT", "MAX_STREET", "MAX_WAYBILL", "Destination", "Parcel", "ParcelEvent", "PostalAddress"]
