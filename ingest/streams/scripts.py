"""What happens on the server in one step. Everything of one queue has one hash tag, so a cluster keeps it together.

Keys of a queue: one stream a tenant and lane; the set of streams there are; the books (how much is held, in all, by
tenant and of the bulk lane); a short list that readers wait at.
"""

from __future__ import annotations

GROUP = "writers"
BELL_ROPES = 64
"""Readers woken by one ring; whoever finds more than it can take rings again."""

PUT = """
local stream, streams, books, bell = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local group, tenant, is_bulk = ARGV[1], 'tenant ' .. ARGV[2], ARGV[3] == '1'
local most, most_bytes = tonumber(ARGV[4]), tonumber(ARGV[5])
local most_of_tenant, most_of_bulk, ropes = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local function held(what) return tonumber(redis.call('HGET', books, what) or '0') end
local accepted, full = 0, ''
for at = 9, #ARGV, 2 do
    local size = tonumber(ARGV[at + 1])
    if held('all') >= most or (most_bytes >= 0 and held('bytes') + size > most_bytes) then full = 'queue_full'
    elseif held(tenant) >= most_of_tenant then full = 'tenant_full'
    elseif is_bulk and held('bulk') >= most_of_bulk then full = 'lane_full' end
    if full ~= '' then break end
    if redis.call('SADD', streams, stream) == 1 then
        redis.pcall('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
    end
    redis.call('XADD', stream, '*', 'r', ARGV[at], 's', ARGV[at + 1])
    redis.call('HINCRBY', books, 'all', 1)
    redis.call('HINCRBY', books, 'bytes', size)
    redis.call('HINCRBY', books, tenant, 1)
    if is_bulk then redis.call('HINCRBY', books, 'bulk', 1) end
    accepted = accepted + 1
end
if accepted > 0 and redis.call('LLEN', bell) < ropes then redis.call('LPUSH', bell, '1') end
return {accepted, full, held('all'), held('bytes')}
"""
"""Accepts as many of the records as there is room for: all their bookkeeping, or none of it."""

ACK = """
local stream, streams, books = KEYS[1], KEYS[2], KEYS[3]
local group, tenant, is_bulk = ARGV[1], 'tenant ' .. ARGV[2], ARGV[3] == '1'
for at = 4, #ARGV, 2 do
    redis.call('XACK', stream, group, ARGV[at])
    if redis.call('XDEL', stream, ARGV[at]) == 1 then
        redis.call('HINCRBY', books, 'all', -1)
        redis.call('HINCRBY', books, 'bytes', -tonumber(ARGV[at + 1]))
        if redis.call('HINCRBY', books, tenant, -1) <= 0 then redis.call('HDEL', books, tenant) end
        if is_bulk then redis.call('HINCRBY', books, 'bulk', -1) end
    end
end
if redis.call('XLEN', stream) == 0 then
    redis.call('DEL', stream)
    redis.call('SREM', streams, stream)
end
return {tonumber(redis.call('HGET', books, 'all') or '0'), tonumber(redis.call('HGET', books, 'bytes') or '0')}
"""
"""An entry that two readers have ended is counted once. A stream that is empty takes no memory."""
