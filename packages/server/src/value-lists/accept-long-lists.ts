import { randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { nextTurn } from '../configuration/list-entries.ts'
import { ApiError } from '../errors/api-error.ts'
import { refuseNoObject, refuseOtherEncodings } from '../http/accept-json-only.ts'
import type { App } from '../http/app-type.ts'
import { readJson, readJsonText } from '../http/read-json.ts'

/** A shorter body is parsed at once: it takes a millisecond. */
const longBodyFrom = 256 * 1024
/** Bytes of an array that are parsed at once. */
const sliceBytes = 64 * 1024

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const opening: ReadonlySet<number> = new Set([0x5b, 0x7b])
const closing: ReadonlySet<number> = new Set([0x5d, 0x7d])

/** Where a body has its long arrays. */
export interface LongArrays {
  /** Whether an array may be long: by the number of objects and arrays around it, and the name of its member. */
  mayBeLong: (depth: number, name: () => string) => boolean
  /** The objects of a parsed body that have such arrays as members. */
  holders: (body: Record<string, unknown>) => unknown[]
}

/** The arrays at the top of a body. */
const atTheTop: LongArrays = { mayBeLong: (depth) => depth === 1, holders: (body) => [body] }

/**
 * Takes bodies with a million entries without keeping anybody waiting: their long arrays are parsed in slices, and the rest of the body like any other.
 * It refuses what every other body is refused for.
 */
export function acceptLongLists(app: App, where: LongArrays = atTheTop): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    readBody(request.headers, body, where).then((value) => done(null, value), done)
  })
}

async function readBody(headers: IncomingHttpHeaders, body: Buffer, where: LongArrays): Promise<unknown> {
  refuseOtherEncodings(headers)
  const value = body.length === 0 ? {} : await parseBody(body, where)
  refuseNoObject(value)
  return value
}

async function parseBody(body: Buffer, where: LongArrays): Promise<unknown> {
  if (body.length < longBodyFrom) return readJson(body, true)
  const { rest, arrays } = await takeLongArrays(body, where)
  const parsed = readJsonText(rest, true)
  if (!isObject(parsed)) return parsed
  for (const holder of where.holders(parsed).filter(isObject)) {
    for (const [name, value] of Object.entries(holder)) {
      const items = typeof value === 'string' ? arrays.get(value) : undefined
      if (items !== undefined) holder[name] = items
    }
  }
  return parsed
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface TakenArrays {
  /** The body with a text in place of each array that was taken. Nobody can guess the text. */
  rest: string
  /** Arrays of texts and numbers by the text in their place. */
  arrays: Map<string, unknown[]>
}

/** Finds the arrays that are members of the body, and parses those that are longer than a slice. */
async function takeLongArrays(body: Buffer, { mayBeLong }: LongArrays): Promise<TakenArrays> {
  const arrays = new Map<string, unknown[]>()
  const kept: string[] = []
  let keptFrom = 0
  let depth = 0
  let lastText: readonly [number, number] = [0, 0]
  const lastName = () => String(readJson(body.subarray(lastText[0], lastText[1] + 1), true))
  for (let at = 0, turnAt = 0; at < body.length; at += 1) {
    if (at - turnAt > sliceBytes) {
      turnAt = at
      await nextTurn()
    }
    const byte = body[at] ?? 0
    if (byte === quote) {
      const end = endOfText(body, at)
      lastText = [at, end]
      at = end
    } else if (opening.has(byte)) {
      if (byte === 0x5b && mayBeLong(depth, lastName)) {
        const end = await findEndOfArray(body, at)
        if (end - at > sliceBytes) {
          const place = randomUUID()
          arrays.set(place, await parseArray(lastName(), body.subarray(at + 1, end)))
          kept.push(decode(body.subarray(keptFrom, at)), `"${place}"`)
          keptFrom = end + 1
        }
        at = end
      } else depth += 1
    } else if (closing.has(byte)) depth -= 1
  }
  kept.push(decode(body.subarray(keptFrom)))
  return { rest: kept.join(''), arrays }
}

/** The place of the bracket that closes an array. */
async function findEndOfArray(body: Buffer, start: number): Promise<number> {
  let depth = 0
  for (let at = start, turnAt = start; at < body.length; at += 1) {
    if (at - turnAt > sliceBytes) {
      turnAt = at
      await nextTurn()
    }
    const byte = body[at] ?? 0
    if (byte === quote) at = endOfText(body, at)
    else if (opening.has(byte)) depth += 1
    else if (closing.has(byte)) {
      depth -= 1
      if (depth === 0) return at
    }
  }
  throw notJson()
}

/** The place of the quote that ends a text. */
function endOfText(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at += 1) {
    const byte = body[at]
    if (byte === backslash) at += 1
    else if (byte === quote) return at
  }
  throw notJson()
}

/** Parses what stands between the brackets of an array. Entries are texts and numbers, so each comma outside of a text ends one. */
async function parseArray(name: string, inside: Buffer): Promise<unknown[]> {
  const items: unknown[] = []
  let from = 0
  for (let at = 0; at < inside.length; at += 1) {
    const byte = inside[at] ?? 0
    if (byte === quote) at = endOfText(inside, at)
    else if (opening.has(byte)) throw new ApiError('invalid_request', 'the entries of a list are texts or numbers')
    else if (byte === comma && at - from >= sliceBytes) {
      append(name, items, inside.subarray(from, at))
      from = at + 1
      await nextTurn()
    }
  }
  append(name, items, inside.subarray(from))
  return items
}

function append(name: string, items: unknown[], slice: Buffer): void {
  const parsed = parseSlice(Buffer.concat([Buffer.from('['), slice, Buffer.from(']')]), name, items.length)
  if (!Array.isArray(parsed) || parsed.length === 0) throw notJson()
  for (const item of parsed) items.push(item)
}

/** Parses a slice of an array that begins at entry `first`; a refusal names the entry by its place in the whole array. */
function parseSlice(bytes: Buffer, name: string, first: number): unknown {
  try {
    return readJson(bytes, true)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const description = error.description.replace(/^`(\d+)/, (_, place: string) => `\`${name}.${first + Number(place)}`)
    throw new ApiError(error.code, description, { cause: error })
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw new ApiError('invalid_request', 'the request body is not UTF-8', { cause: error })
  }
}

function notJson(cause?: unknown): ApiError {
  return new ApiError('invalid_request', 'the request body is not valid JSON', { cause })
}
