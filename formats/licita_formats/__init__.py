"""The formats that Licita publishes, so that anybody can read, check and write them without our services.

Nothing here knows a service, a database or the network; streams are given by the caller. See the README beside.
"""
