"""The part of an answer that exists so far, kept in Redis while it is being written.

For a job: `…:epoch` (the newest writer), and for that epoch a text and a reasoning string that only grow, or how far a
picture is; for a channel: the set of jobs that are being written. Everything expires by itself; the database has the
final answer.
"""

import json
from typing import Final, NotRequired, TypedDict

from workers.events.connection import PREFIX

SECONDS_TO_LIVE: Final = 900


class Partial(TypedDict):
    epoch: int
    text: str
    reasoning: str
    progress: NotRequired[float]  # 0..1 of a picture
    preview: NotRequired[str]  # of it, base64; may be empty


Stored = bytes | str | None


def epoch_key(job: str) -> str:
    return f"{PREFIX}:partial:{job}:epoch"


def text_key(job: str, epoch: int | str) -> str:
    return f"{PREFIX}:partial:{job}:{epoch}:text"


def reasoning_key(job: str, epoch: int | str) -> str:
    return f"{PREFIX}:partial:{job}:{epoch}:reasoning"


def progress_key(job: str, epoch: int | str) -> str:
    return f"{PREFIX}:partial:{job}:{epoch}:progress"


def writing_key(channel: str) -> str:
    return f"{PREFIX}:writing:{channel}"


# One step per flush: grow both strings and tell the watchers, or say what is wrong (and tell nobody).
# Answers: 1 grown, 0 Redis does not hold what was written before (it was emptied), -1 a newer epoch writes.
GROW: Final = """
local newest = tonumber(redis.call('GET', KEYS[1]) or '-1')
local epoch = tonumber(ARGV[1])
if newest > epoch then return -1 end
if redis.call('STRLEN', KEYS[2]) ~= tonumber(ARGV[2]) or redis.call('STRLEN', KEYS[3]) ~= tonumber(ARGV[3]) then
  return 0
end
if ARGV[4] ~= '' then redis.call('APPEND', KEYS[2], ARGV[4]) end
if ARGV[5] ~= '' then redis.call('APPEND', KEYS[3], ARGV[5]) end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[6])
redis.call('SADD', KEYS[4], ARGV[7])
for i = 2, 4 do redis.call('EXPIRE', KEYS[i], ARGV[6]) end
redis.call('PUBLISH', ARGV[8], ARGV[9])
return 1
"""


# The same for a picture, of which only the newest state counts.
# Answers: 1 stored, -1 a newer epoch writes.
PAINT: Final = """
local newest = tonumber(redis.call('GET', KEYS[1]) or '-1')
if newest > tonumber(ARGV[1]) then return -1 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
redis.call('SADD', KEYS[3], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[3])
redis.call('PUBLISH', ARGV[5], ARGV[6])
return 1
"""


def read(epoch: Stored, text: Stored, reasoning: Stored, painted: Stored = None) -> Partial | None:
    """Make a partial answer of the values that Redis gave; None where it knows no epoch."""
    if epoch is None:
        return None
    part = Partial(epoch=int(epoch), text=words(text), reasoning=words(reasoning))
    if painted is not None:
        part["progress"], part["preview"] = json.loads(painted)
    return part


def words(value: Stored) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""


def as_snapshot(job: str, part: Partial) -> dict[str, object]:
    """The data of a `snapshot` message."""
    return {"job": job, **part}
