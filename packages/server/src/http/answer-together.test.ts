import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { answerTogether } from './answer-together.ts'

test('answers that are ready in one turn of the event loop are written when all of them are ready', async (t) => {
  const app = Fastify()
  t.after(() => app.close())
  const seen: string[] = []
  const decided = Promise.withResolvers<void>()
  let arrived = 0
  app.post<{ Params: { name: string } }>('/:name', { onSend: answerTogether() }, async ({ params: { name } }, { raw }) => {
    raw.on('finish', () => seen.push(`${name} written`))
    arrived += 1
    if (arrived === 2) setImmediate(decided.resolve)
    await decided.promise
    for (let step = 0; name === 'slow' && step < 20; step++) await undefined
    seen.push(`${name} ready`)
    return { name }
  })
  const replies = await Promise.all(['quick', 'slow'].map((name) => app.inject({ method: 'POST', url: `/${name}` })))
  assert.deepEqual(
    replies.map((reply) => reply.json()),
    [{ name: 'quick' }, { name: 'slow' }],
  )
  assert.deepEqual(seen, ['quick ready', 'slow ready', 'quick written', 'slow written'])
})
