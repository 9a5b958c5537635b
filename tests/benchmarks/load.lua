-- Sends the queries of a file over and over; "cold" makes every one distinct, "warm" sends the same few again.
-- Arguments: file of addresses (each ends before a number), cold or warm, the first number.
local addresses, formatted, headers = {}, {}, {}
local serial, is_warm = 0, false

function init(args)
  for line in io.lines(args[1]) do addresses[#addresses + 1] = line end
  is_warm = args[2] == "warm"
  serial = tonumber(args[3])
  headers["Accept"] = "application/sparql-results+json"
  headers["Connection"] = "keep-alive"
end

local function client(number)
  return string.format("10.%d.%d.%d", math.floor(number / 65536) % 256, math.floor(number / 256) % 256, number % 256)
end

function request()
  serial = serial + 1
  local place = serial % #addresses + 1
  if is_warm then
    if not formatted[place] then
      headers["X-Forwarded-For"] = client(place)
      formatted[place] = wrk.format("GET", addresses[place] .. "1000000000", headers)
    end
    return formatted[place]
  end
  headers["X-Forwarded-For"] = client(serial % 1000)
  return wrk.format("GET", addresses[place] .. tostring(1000000000 + serial), headers)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\nRESULT {"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p95": %d, "p99": %d, "last": %d}\n',
    summary.requests, summary.duration, errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), serial))
end
