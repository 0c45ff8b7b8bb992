"""The durable queue: Redis or Valkey Streams with a consumer group, behind the coordinator's queue port."""
