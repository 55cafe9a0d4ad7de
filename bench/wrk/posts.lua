-- Posts JSON: a path, a header "Name: value", and the bodies to send in turn. Prints as pages.lua does; 201 is well.
local threads = {}

function setup(thread)
   thread:set("number", #threads)
   thread:set("wrong", 0)
   table.insert(threads, thread)
end

function init(args)
   turn = number * 7
   local name, value = string.match(args[2], "^(%S+): (.*)$")
   requests = {}
   for place = 3, #args do
      table.insert(requests, wrk.format("POST", args[1], {["Content-Type"] = "application/json", [name] = value}, args[place]))
   end
end

function request()
   turn = turn + 1
   return requests[turn % #requests + 1]
end

function response(status)
   if status ~= 201 then wrong = wrong + 1 end
end

function done(summary, latency)
   local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
   for _, thread in ipairs(threads) do errors = errors + thread:get("wrong") end
   io.write(string.format("figures %.2f %.3f %.3f %d %d\n", summary.requests / (summary.duration / 1e6),
      latency:percentile(50) / 1000, latency:percentile(95) / 1000, errors, summary.requests))
end
