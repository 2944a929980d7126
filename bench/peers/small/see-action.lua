-- Counts an action in the profile of its user and records it, in one step.
-- KEYS: the user's counters, devices and addresses, the key of the request, the stream of events.
-- ARGV: time in ms, device, address, the request, how many devices and addresses are remembered.
local known = redis.call('GET', KEYS[4])
if known then return known end
local now = tonumber(ARGV[1])
local most = tonumber(ARGV[5])
local spans = {600000, 3600000, 86400000}
local kept = redis.call('HMGET', KEYS[1], 'first', 'w1', 'n1', 'w2', 'n2', 'w3', 'n3')
local first = tonumber(kept[1]) or now
local change = {'first', first}
local counts = {}
for index, span in ipairs(spans) do
  local window = math.floor(now / span)
  local count = 1
  if tonumber(kept[index * 2]) == window then count = tonumber(kept[index * 2 + 1]) + 1 end
  counts[index] = count
  change[#change + 1] = 'w' .. index
  change[#change + 1] = window
  change[#change + 1] = 'n' .. index
  change[#change + 1] = count
end
redis.call('HSET', KEYS[1], unpack(change))
local function see(key, value)
  local added = redis.call('ZADD', key, now, value)
  if added == 1 and redis.call('ZCARD', key) > most then redis.call('ZREMRANGEBYRANK', key, 0, -most - 1) end
  return added, redis.call('ZCOUNT', key, now - 3600000, '+inf'), redis.call('ZCOUNT', key, now - 86400000, '+inf')
end
local newDevice, devices1, devices24 = see(KEYS[2], ARGV[2])
local newAddress, ips1, ips24 = see(KEYS[3], ARGV[3])
local days = math.floor((now - first) / 86400000)
local profile = table.concat({newDevice, newAddress, days, counts[1], counts[2], counts[3], devices1, devices24, ips1, ips24}, ',')
redis.call('SET', KEYS[4], profile, 'PX', 86400000)
redis.call('XADD', KEYS[5], '*', 'request', ARGV[4], 'profile', profile)
return profile
