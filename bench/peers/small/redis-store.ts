import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createClient, defineScript } from 'redis'
import { type DecisionStore, mostRemembered, type SeenAction, toProfile } from './decision-store.ts'
import { startRedis, usageOf } from './redis-process.ts'

const script = readFileSync(path.join(import.meta.dirname, 'see-action.lua'), 'utf8')

/** One script for each decision. The client sends what is asked for in one turn of the event loop together. */
export async function openRedisStore(folder: string): Promise<DecisionStore> {
  const { socket, process } = await startRedis(folder)
  const client = createClient({
    socket: { path: socket, tls: false },
    scripts: {
      see: defineScript({
        SCRIPT: script,
        NUMBER_OF_KEYS: 5,
        parseCommand(parser, { userId, action, idempotencyKey, deviceId, ipAddress, at, request }: SeenAction) {
          parser.pushKeys([
            `user:${userId}`,
            `devices:${userId}`,
            `addresses:${userId}`,
            `key:${JSON.stringify([userId, action, idempotencyKey])}`,
            'events',
          ])
          parser.push(String(at), deviceId, ipAddress, request, String(mostRemembered))
        },
        transformReply: (reply: string) => reply,
      }),
    },
  })
  await client.connect()
  return {
    see: async (action) => toProfile((await client.see(action)).split(',').map(Number)),
    async fill(profiles) {
      const at = Date.now()
      const scored = (values: readonly string[]) => values.map((value, index) => ({ score: at - index, value }))
      for (const { userId, devices, addresses } of profiles) {
        await Promise.all([client.zAdd(`devices:${userId}`, scored(devices)), client.zAdd(`addresses:${userId}`, scored(addresses))])
      }
    },
    kill() {
      client.destroy()
      process.kill('SIGKILL')
    },
    usage: () => usageOf(process.pid ?? 0),
    async close() {
      client.destroy()
      const gone = once(process, 'exit')
      process.kill('SIGTERM')
      await gone
    },
  }
}
