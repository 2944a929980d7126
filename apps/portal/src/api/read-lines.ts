/** The lines of a reply in newline-delimited JSON, one after the other, as they arrive. A line that is not JSON ends it with an error. */
export async function* readLines(reply: Response): AsyncGenerator<unknown> {
  if (reply.body === null) return
  let rest = ''
  const decoder = new TextDecoder()
  const reader = reply.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += decoder.decode(value, { stream: !done })
      const lines = rest.split('\n')
      rest = done ? '' : (lines.pop() ?? '')
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line)
      if (done) return
    }
  } finally {
    await reader.cancel()
  }
}
