import { hash } from 'node:crypto'
import { chmodSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { OperationTable } from './operation.ts'

// Imported, all of the module's exports are read, and one of them loads a whole HTTP client: a twentieth of the time to start.
const { createServer, request } = process.getBuiltinModule('node:http')

/** Unix allows about a hundred bytes; a longer path is cut by the system, silently. */
const maxPathBytes = 100
const maxBodyBytes = 16 * 1024 * 1024

/**
 * Where a server with the embedded store is reached by commands on the same machine: a socket in its data directory, which its owner alone
 * can open. `undefined`: the directory's path is too long for one.
 */
export function controlPath(dataDir: string): string | undefined {
  if (process.platform === 'win32') return `\\\\.\\pipe\\sallyport-${hash('sha256', dataDir).slice(0, 32)}`
  const path = join(dataDir, 'control.sock')
  return Buffer.byteLength(path) > maxPathBytes ? undefined : path
}

/** Answers `operations` on the control socket. The caller holds the data directory's lock, so a socket that is there is a dead one's. */
export async function serveControl(path: string, operations: OperationTable): Promise<{ close(): Promise<void> }> {
  if (process.platform !== 'win32') rmSync(path, { force: true })
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBodyBytes) incoming.destroy()
      else chunks.push(chunk)
    })
    incoming.on('end', () => {
      answer(operations, incoming.url ?? '', Buffer.concat(chunks).toString('utf8'))
        .then((result) => outgoing.end(JSON.stringify({ result })))
        .catch((error: unknown) => outgoing.end(JSON.stringify({ failure: error instanceof Error ? error.message : String(error) })))
    })
  })
  // Nobody else may connect, not even between `listen` and a later `chmod`.
  const mask = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve))
  } finally {
    process.umask(mask)
  }
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  server.unref()
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(operations: OperationTable, url: string, body: string): Promise<unknown> {
  const name = url.slice(1)
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined
  if (operation === undefined) throw new Error(`this server does not know the operation \`${name}\``)
  return operation(JSON.parse(body))
}

/** The server that has the data directory refuses, or takes too long. */
export class ControlError extends Error {}

/** Asks the server that has the data directory. Rejects with `ControlError`, or with `whenSilent` when nobody listens on the socket. */
export async function askControl(path: string, name: string, input: unknown, whenSilent: Error): Promise<unknown> {
  const reply = await requestControl(path, name, input).catch((cause: unknown) => {
    throw cause instanceof ControlError ? cause : whenSilent
  })
  if (reply.failure !== undefined) throw new ControlError(reply.failure)
  return reply.result
}

interface ControlReply {
  result?: unknown
  failure?: string
}

function requestControl(path: string, name: string, input: unknown): Promise<ControlReply> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: path, method: 'POST', path: `/${name}`, timeout: 60_000 }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')))
        } catch (error) {
          reject(error)
        }
      })
    })
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new ControlError('the server that has the data directory does not answer')))
    outgoing.end(JSON.stringify(input))
  })
}
