import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { type ListItem, nextTurn, sliceSize } from '../configuration/list-entries.ts'
import { longFrom } from '../configuration/list-storage.ts'
import type { ValueListTable } from '../storage/schema.ts'
import { toValueListJson, type ValueListJson } from './value-list-json.ts'

interface StoredList {
  row: ValueListTable
  items: Iterable<ListItem> & { size: number }
}

/** Answers with a list. A long one is written in slices, so that nobody waits for it. */
export function sendValueList(reply: FastifyReply, { row, items }: StoredList): ValueListJson {
  if (items.size < longFrom) return toValueListJson(row, items)
  // A stream is sent as it is: the framework does not look for a schema.
  return reply.type('application/json').send(Readable.from(slicesOf(toValueListJson(row, []), items))) as never
}

async function* slicesOf(json: ValueListJson, items: Iterable<ListItem>): AsyncIterable<string> {
  const { valueListItems: _, ...rest } = json
  yield `${JSON.stringify(rest).slice(0, -1)},"valueListItems":[`
  let slice: ListItem[] = []
  let isFirst = true
  const take = () => {
    const text = `${isFirst ? '' : ','}${JSON.stringify(slice).slice(1, -1)}`
    slice = []
    isFirst = false
    return text
  }
  for (const item of items) {
    slice.push(item)
    if (slice.length < sliceSize) continue
    yield take()
    await nextTurn()
  }
  if (slice.length > 0) yield take()
  yield ']}'
}
