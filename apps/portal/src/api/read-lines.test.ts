import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readLines } from './read-lines.ts'

test('lines are read as they arrive, also when they are cut anywhere', async () => {
  const bytes = new TextEncoder()
  const pieces = ['{"done":', '0.5}\n\n{"do', 'ne":1}']
  const reply = new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(bytes.encode(piece))
        controller.close()
      },
    }),
  )
  const found = []
  for await (const line of readLines(reply)) found.push(line)
  assert.deepEqual(found, [{ done: 0.5 }, { done: 1 }])
})
