"""The demonstration's carriers: strangers to the house, each in a process of its own.

They speak the published protocols of SF Express (丰桥) and EMS (中国邮政协议客户), carry nothing, and can be told to
fail as real ones do: late, twice, never, forged, out of order, or taking an order without an answer.
`python -m tongban.city.posting CARRIER FOLDER SOCKET ADDRESS HOUSE`: parcels and the account lie in the folder;
HOUSE is the address that is told what happens.
"""
