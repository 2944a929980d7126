/** What stands between separators in a reply, one after the other, as it arrives; also where a piece is cut. Whoever stops listening ends the reply. */
export async function* readPieces(reply: Response, separator: RegExp): AsyncGenerator<string> {
  if (reply.body === null) return
  let rest = ''
  const decoder = new TextDecoder()
  const reader = reply.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      rest += decoder.decode(value, { stream: !done })
      const pieces = rest.split(separator)
      rest = done ? '' : (pieces.pop() ?? '')
      yield* pieces
      if (done) return
    }
  } finally {
    await reader.cancel()
  }
}
