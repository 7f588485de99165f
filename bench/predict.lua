-- wrk's side of `script/bench predict`. Arguments: the file of declarations, one JSON text a line with the number `@`; how
-- many declarations a request has; a number that no other run uses; the token. One line tells the result.
local threads = 0

function setup(thread)
    threads = threads + 1
    thread:set("id", threads)
end

function init(args)
    bodies = {}
    for line in io.lines(args[1]) do bodies[#bodies + 1] = line end
    batch, base, made = tonumber(args[2]), tonumber(args[3]) * 1000 + id, 0
    local headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. args[4] }
    request = function()
        local texts = {}
        for k = 1, batch do
            made = made + 1
            texts[k] = bodies[made % #bodies + 1]:gsub("@", string.format("%d%07d", base, made), 1)
        end
        local body = texts[1]
        if batch > 1 then body = "[" .. table.concat(texts, ",") .. "]" end
        return wrk.format("POST", nil, headers, body)
    end
end

function done(summary, latency)
    local errors = summary.errors
    local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("result %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), failures))
end
