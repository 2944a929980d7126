import { once } from 'node:events'
import { isOutputClosed } from './command-file.ts'

/** Output is written in pieces of about so many characters: a write for each line takes longer than to make the line. */
const pieceLength = 256 * 1024

/** The lines of a stream, without their ends, several at a time. */
export async function* linesOf(input: NodeJS.ReadableStream): AsyncGenerator<string[]> {
  input.setEncoding('utf8')
  let rest = ''
  for await (const chunk of input as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n/)
    rest = lines.pop() ?? ''
    yield chunk.includes('\r') || lines[0]?.endsWith('\r') ? lines.map(withoutReturn) : lines
  }
  if (rest !== '') yield [withoutReturn(rest)]
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** Prints lines in large pieces, and waits for a reader that is slower. */
export function createLinePrinter(output: NodeJS.WriteStream) {
  let piece = ''
  async function flush(): Promise<void> {
    const text = piece
    piece = ''
    if (text !== '' && !isOutputClosed() && !output.write(text)) await once(output, 'drain')
  }
  return {
    /** Returns a promise where the caller has to wait. */
    print(line: string): Promise<void> | undefined {
      piece += `${line}\n`
      return piece.length < pieceLength ? undefined : flush()
    },
    flush,
  }
}
