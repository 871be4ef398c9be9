-- What the rig asks of wrk beyond its options. The first argument is the bytes of a request's body.
-- At the end it prints exact figures where wrk itself rounds.

function init(args)
  local upload_bytes = tonumber(args[1])
  if upload_bytes > 0 then
    wrk.method = "POST"
    wrk.body = string.rep("u", upload_bytes)
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    "report: microseconds %d requests %d bytes %d connect %d read %d write %d status %d timeout %d\n",
    summary.duration, summary.requests, summary.bytes, errors.connect, errors.read, errors.write,
    errors.status, errors.timeout))
end
