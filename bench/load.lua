-- wrk's side of a measurement. Arguments: requests sent at once on a connection, and the number of keys to ask for at
-- random below the path (0 for the path alone). One line tells the result in exact numbers.
local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("id", threads)
end

function init(args)
    local depth, keys = tonumber(args[1]), tonumber(args[2])
    local one = wrk.format("GET")
    if keys > 0 then
        math.randomseed(id)
        local before, after = one:match("^(GET %S+)( .*)$")
        request = function() return before .. math.random(keys) .. after end
    elseif depth > 1 then
        local batch = one:rep(depth)
        request = function() return batch end
    end
end

function done(summary, latency)
    local errors = summary.errors
    local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), failures))
end
