import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readEvents } from './read-events.ts'

function reply(...pieces: string[]): Response {
  const bytes = new TextEncoder()
  return new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(bytes.encode(piece))
        controller.close()
      },
    }),
  )
}

test('events are read as they arrive, also when they are cut anywhere; comments are left out', async () => {
  const found = []
  for await (const event of readEvents(reply(': hello\n\nevent: prog', 'ress\nid: 7\ndata: {"done":', '1}\n', '\ndata: "last"\n\n')))
    found.push(event)
  assert.deepEqual(found, [
    { event: 'progress', id: '7', data: { done: 1 } },
    { event: 'message', id: undefined, data: 'last' },
  ])
})
