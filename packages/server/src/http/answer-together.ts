import type { onSendHookHandler } from 'fastify'

/**
 * A last hook before answers are written: those that are ready in one turn of the event loop go out one right after the other, when all are ready. Many decisions
 * reach the disk together, so their answers are ready together, too. With the work for the next answer in between, each write finds its client asleep, and waking it
 * costs the server more than the write.
 */
export function answerTogether(): onSendHookHandler {
  let ready: (() => void)[] = []

  function writeAll(): void {
    const now = ready
    ready = []
    for (const write of now) write()
  }

  return (_request, _reply, _payload, write) => {
    if (ready.length === 0) process.nextTick(writeAll)
    ready.push(write)
  }
}
