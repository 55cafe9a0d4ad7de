"""How many characters a thing has that many tables hold: one width for one thing.

What only one room and those above it hold, such as the name of a party, has its width in that room's models.
"""

MAX_ACTOR_NAME = 120
MAX_ACTOR_KIND = 12
# "case:12", "licence:" with its identifier
MAX_SUBJECT = 80
# "web", "api", "counter"
MAX_CHANNEL = 16
# an address of IPv6 that holds one of IPv4
MAX_IP_ADDRESS = 45
# SHA-256, hexadecimal
MAX_DIGEST = 64
# GB/T 2260 and GB/T 10114: twelve digits for a village
MAX_AREA_CODE = 12
# catalogue code of a service
MAX_SERVICE_CODE = 64
