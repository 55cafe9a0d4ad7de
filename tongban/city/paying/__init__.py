"""The demonstration's payment channels: strangers to the house, each in a process of its own.

They speak the published protocols of WeChat Pay (API v3) and Alipay (open platform), take no money, and can be told to
fail as real ones do: late, twice, never, forged, with another amount, silent, or paying back only in part.
`python -m tongban.city.paying CHANNEL FOLDER SOCKET ADDRESS`: orders, keys and the merchant account lie in the folder.
"""
