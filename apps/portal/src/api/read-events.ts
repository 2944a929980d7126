/** One event of a stream of server-sent events. */
export interface StreamEvent {
  event: string
  data: unknown
  id: string | undefined
}

/** The events of a reply, one after the other, as they arrive. Data that is not JSON ends the stream with an error. */
export async function* readEvents(reply: Response): AsyncGenerator<StreamEvent> {
  if (reply.body === null) return
  let rest = ''
  const decoder = new TextDecoder()
  const reader = reply.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += decoder.decode(value, { stream: !done })
      const blocks = rest.split(/\r?\n\r?\n/)
      rest = done ? '' : (blocks.pop() ?? '')
      for (const block of blocks) {
        const found = eventOf(block)
        if (found !== undefined) yield found
      }
      if (done) return
    }
  } finally {
    await reader.cancel()
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
