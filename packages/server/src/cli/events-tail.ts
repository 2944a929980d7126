import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { ManagementError } from '../rules-as-code/management-error.ts'
import { addRemoteSettings, CommandError, isOutputClosed, print } from './command-file.ts'
import { addEventFlags } from './event-flags.ts'
import { queryFor } from './events-list.ts'
import { plainText } from './print-records.ts'
import { clientOf } from './rules-remote.ts'
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.ts'

const reconnectMs = 1_000

/** `events tail`: what happens from now on, until somebody stops it. A connection that breaks is made again, and nothing is missed. */
export function addEventsTail(events: Command): void {
  const command = events.command('tail [userId]').description('print events and what becomes of them as it happens')
  addEventFlags(addRemoteSettings(command), { live: true })
    .option('--json', 'one JSON object per line')
    .action(async (userId: string | undefined, options: Record<string, unknown>) => {
      const abort = new AbortController()
      const stop = () => abort.abort()
      process.once('SIGINT', stop).once('SIGTERM', stop)
      const show = process.stdout.isTTY && options.json !== true ? lineOf : jsonOf
      await tail(clientOf(options), `/events/stream?${queryFor(userId, options).toString()}`, abort.signal, (event) => {
        print(show(event))
        if (isOutputClosed()) abort.abort()
      })
    })
}

async function tail(client: ManagementClient, path: string, signal: AbortSignal, show: (event: ServerSentEvent) => void): Promise<void> {
  let id: string | undefined
  let wasOpen = false
  while (!signal.aborted) {
    try {
      const headers = { accept: 'text/event-stream', ...(id !== undefined && { 'last-event-id': id }) }
      const stream = await client.open(path, { headers, signal })
      wasOpen = true
      for await (const event of readServerSentEvents(stream)) {
        if (isOutputClosed()) return
        if (event.event === 'end') refuseForGood(event)
        else show(event)
        id = event.id ?? id
      }
    } catch (error) {
      if (signal.aborted) return
      // A server that restarts comes back; what it refuses, it would refuse again.
      if (error instanceof CommandError || !wasOpen || (error instanceof ManagementError && error.cause === undefined)) throw error
    }
    await delay(reconnectMs, undefined, { signal }).catch(() => {})
  }
}

/** A server that stops is connected to again; a key that is no longer in force is not. */
function refuseForGood({ data }: ServerSentEvent): void {
  const { errorCode, errorDescription } = JSON.parse(data) as { errorCode: string; errorDescription: string }
  if (errorCode !== 'unavailable') throw new CommandError(errorDescription)
}

function jsonOf({ event, data }: ServerSentEvent): string {
  return JSON.stringify({ type: event, ...(JSON.parse(data) as object) })
}

function lineOf({ event, data }: ServerSentEvent): string {
  const { createdAt, stateUpdatedAt, state, userId, action, idempotencyKey, ipAddress, country, sentence } = JSON.parse(data)
  const at = event === 'changed' ? stateUpdatedAt : createdAt
  const parts = [at, state, userId, action, idempotencyKey, ipAddress, country, event === 'changed' ? 'changed' : sentence]
  return parts
    .filter((part) => part !== undefined)
    .map(plainText)
    .join('  ')
}
