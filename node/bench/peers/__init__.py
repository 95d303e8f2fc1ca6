"""What a user would pick instead: PostgreSQL and etcd, over HTTP, durable on a majority.

Both tolerate crashed members only, and believe whatever a member says; our network tolerates lying
ones. Each module starts its servers in a directory of the benchmark where the Debian packages are
installed, and says what is absent otherwise.
"""
