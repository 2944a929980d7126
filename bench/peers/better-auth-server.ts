import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { announce } from './announce.ts'

// better-auth with its passkey plugin, set up as in its manual, on SQLite with durable commits. The message `enrol` inserts users and their
// passkeys into its tables.

const folder = mkdtempSync(path.join(tmpdir(), 'better-auth-'))
const database = new DatabaseSync(path.join(folder, 'auth.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
const auth = betterAuth({
  database,
  baseURL: 'http://localhost:3000',
  secret: 'bench-secret-9a3e5b7c1d2f4860a8b6c4d2e0f1a3b5',
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  // better-auth checks for its tables before they can be created.
  logger: { disabled: true },
  plugins: [passkey({ rpID: 'localhost', rpName: 'bench', origin: 'http://localhost:3000' })],
})
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
database.exec('CREATE INDEX IF NOT EXISTS passkeys_by_credential ON passkey ("credentialID")')
const { adapter } = await auth.$context

const server = createServer(toNodeHandler(auth))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  announce(
    typeof address === 'object' && address !== null ? address.port : 0,
    () => {
      server.closeAllConnections()
      server.close()
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
    { enrol: ({ passkeys }) => enrol(passkeys as { credentialId: string; publicKey: string }[]) },
  )
})

async function enrol(passkeys: readonly { credentialId: string; publicKey: string }[]): Promise<object> {
  for (const [index, { credentialId, publicKey }] of passkeys.entries()) {
    const [createdAt, updatedAt] = [new Date(), new Date()]
    const data = { name: `user ${index}`, email: `user-${index}@example.com`, emailVerified: true, createdAt, updatedAt }
    const user = await adapter.create<Record<string, unknown>, { id: string }>({ model: 'user', data })
    await adapter.create({
      model: 'passkey',
      data: {
        name: 'passkey',
        userId: user.id,
        credentialID: credentialId,
        publicKey,
        counter: 0,
        deviceType: 'multiDevice',
        transports: 'internal',
        backedUp: true,
        createdAt,
        aaguid: '00000000-0000-0000-0000-000000000000',
      },
    })
  }
  return {}
}
