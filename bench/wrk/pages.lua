-- Asks for the pages given as arguments, in turn: a path, a space, a cookie.
-- Prints: figures RATE P50_MS P95_MS ERRORS ANSWERED; an error is a status other than 200, or a broken connection.
local threads = {}

function setup(thread)
   thread:set("number", #threads)
   thread:set("wrong", 0)
   table.insert(threads, thread)
end

function init(args)
   turn = number * 7
   requests = {}
   for place = 1, #args do
      local path, cookie = string.match(args[place], "^(%S+) ?(.*)$")
      local headers = {}
      if cookie ~= "" then headers["Cookie"] = cookie end
      table.insert(requests, wrk.format("GET", path, headers))
   end
end

function request()
   turn = turn + 1
   return requests[turn % #requests + 1]
end

function response(status)
   if status ~= 200 then wrong = wrong + 1 end
end

function done(summary, latency)
   local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
   for _, thread in ipairs(threads) do errors = errors + thread:get("wrong") end
   io.write(string.format("figures %.2f %.3f %.3f %d %d\n", summary.requests / (summary.duration / 1e6),
      latency:percentile(50) / 1000, latency:percentile(95) / 1000, errors, summary.requests))
end
