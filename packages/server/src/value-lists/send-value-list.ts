import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { type ListItem, nextTurn, sliceSize } from '../configuration/list-entries.ts'
import { longFrom } from '../configuration/list-storage.ts'
import type { ValueListTable } from '../storage/schema.ts'
import { toValueListJson, type ValueListJson } from './value-list-json.ts'

interface StoredList {
  row: ValueListTable
  items: SizedItems
}

type SizedItems = Iterable<ListItem> & { size: number }

/** Answers with a list. A long one is written in slices, so that nobody waits for it. */
export function sendValueList(reply: FastifyReply, { row, items }: StoredList): ValueListJson {
  if (items.size < longFrom) return toValueListJson(row, items)
  return sendSlices(reply, slicesOfList({ row, items }))
}

/** Answers with an array of lists. Each is loaded when its turn comes, so that no more than one of them is in memory for this. */
export function sendValueLists(
  reply: FastifyReply,
  rows: readonly ValueListTable[],
  load: (row: ValueListTable) => Promise<SizedItems>,
): ValueListJson[] {
  return sendSlices(reply, slicesOfLists(rows, load))
}

async function* slicesOfLists(rows: readonly ValueListTable[], load: (row: ValueListTable) => Promise<SizedItems>): Slices {
  yield '['
  for (const [place, row] of rows.entries()) {
    if (place > 0) yield ','
    yield* slicesOfList({ row, items: await load(row) })
    await nextTurn()
  }
  yield ']'
}

function slicesOfList({ row, items }: StoredList): Slices {
  const { valueListItems: _, ...rest } = toValueListJson(row, [])
  return slicesOfMembers(rest, { valueListItems: items })
}

/** Answers with an object that has long arrays among its members. An array that is `undefined` is left out. */
export function sendWithLists<T extends object>(
  reply: FastifyReply,
  rest: object,
  lists: Record<string, Iterable<ListItem> | undefined>,
): T {
  return sendSlices(reply, slicesOfMembers(rest, lists))
}

type Slices = AsyncIterable<string>

function sendSlices(reply: FastifyReply, slices: Slices): never {
  // A stream is sent as it is: the framework does not look for a schema.
  return reply.type('application/json; charset=utf-8').send(Readable.from(slices)) as never
}

async function* slicesOfMembers(rest: object, lists: Record<string, Iterable<ListItem> | undefined>): Slices {
  yield JSON.stringify(rest).slice(0, -1)
  for (const [name, items] of Object.entries(lists)) {
    if (items === undefined) continue
    yield `,${JSON.stringify(name)}:[`
    yield* slicesOfItems(items)
    yield ']'
  }
  yield '}'
}

async function* slicesOfItems(items: Iterable<ListItem>): Slices {
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
}
