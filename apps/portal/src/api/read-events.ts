import { readPieces } from './read-pieces.ts'

/** One event of a stream of server-sent events. */
export interface StreamEvent {
  event: string
  data: unknown
  id: string | undefined
}

/** The events of a reply, one after the other, as they arrive. Data that is not JSON ends the stream with an error. */
export async function* readEvents(reply: Response): AsyncGenerator<StreamEvent> {
  for await (const block of readPieces(reply, /\r?\n\r?\n/)) {
    const found = eventOf(block)
    if (found !== undefined) yield found
  }
}

function eventOf(block: string): StreamEvent | undefined {
  let event = 'message'
  let id: string | undefined
  const data: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^(\w+):? ?(.*)$/.exec(line) ?? []
    if (name === 'event') event = value
    else if (name === 'id') id = value
    else if (name === 'data') data.push(value)
  }
  return data.length === 0 ? undefined : { event, data: JSON.parse(data.join('\n')), id }
}
