import { readPieces } from './read-pieces.ts'

/** The lines of a reply in newline-delimited JSON, one after the other, as they arrive. A line that is not JSON ends it with an error. */
export async function* readLines(reply: Response): AsyncGenerator<unknown> {
  for await (const line of readPieces(reply, /\n/)) if (line.trim() !== '') yield JSON.parse(line)
}
