import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { createLinePrinter, linesOf } from './stream-lines.ts'

test('lines are read whole, wherever the pieces of the input end', async () => {
  const pieces = ['1.1.1.1\n8.8', '.8.8\r', '\n\nm', 'ü'].map((piece) => Buffer.from(piece))
  const [first, ...rest] = [...(pieces[3] ?? [])]
  const input = Readable.from([...pieces.slice(0, 3), Buffer.from([first ?? 0]), Buffer.from(rest)])
  const lines: string[] = []
  for await (const some of linesOf(input)) lines.push(...some)
  assert.deepEqual(lines, ['1.1.1.1', '8.8.8.8', '', 'mü'])
})

test('a printer waits for a reader that is slower, and loses nothing', async () => {
  const output = new PassThrough({ highWaterMark: 1024 })
  const printer = createLinePrinter(output as unknown as NodeJS.WriteStream)
  const read = text(output)
  let waits = 0
  for (let i = 0; i < 2000; i += 1) {
    const waiting = printer.print(`${i} `.padEnd(500, '.'))
    if (waiting === undefined) continue
    waits += 1
    await waiting
  }
  await printer.flush()
  output.end()
  const lines = (await read).split('\n')
  assert.deepEqual([lines.length, lines[1999]?.slice(0, 5), waits > 0], [2001, '1999 ', true])
})
