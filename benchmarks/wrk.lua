-- wrk script: asks the paths of a file in turn; prints one JSON line.
-- Arguments: the file, and "cold" with a first number: "@@" in a path becomes a number that no other request has.
local paths, rests, at, cold, first = {}, {}, 0, false, 0

function init(args)
  for line in io.lines(args[1]) do
    local before, after = line:match("^(.-)@@(.*)$")
    paths[#paths + 1], rests[#rests + 1] = before or line, after or false
  end
  cold, first = args[2] == "cold", tonumber(args[3]) or 0
  wrk.headers["Accept"] = "application/sparql-results+json"
end

function request()
  local which = at % #paths + 1
  local path = paths[which]
  at = at + 1
  if rests[which] then path = path .. string.format("%d", cold and first + at or 1) .. rests[which] end
  return wrk.format("GET", path)
end

function done(summary, latency, requests)
  local wrong = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.6f, "p50": %.3f, "p99": %.3f, "max": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
