import type { Store } from '../../src/storage/store.ts'
import { checkCounts, checkStore } from './check-store.ts'
import { checkUser, createKnownUser, type KnownUser } from './known-user.ts'
import { actOnce, challengedAmount } from './operations.ts'
import { createRandom } from './random.ts'
import { createServerProcess, runCommand, type ServerProcess } from './server-process.ts'
import { createTenantClient, type TenantClient, type TenantKeys } from './tenant-client.ts'

export interface ChaosOptions {
  seed: number
  rounds: number
  /** Server processes on the one store. */
  processes: number
  /** How they find it. */
  env: Readonly<Record<string, string>>
  openStore(): Promise<Store>
  report(line: string): void
}

export interface ChaosResult {
  violations: string[]
  kills: number
  requests: number
  slowestStartMs: number
}

const clients = 12
const usersOfEach = 2
const tenantIds = ['north', 'south']

/**
 * Lets clients use real server processes, kills one of them with `kill -9` after a number of operations that nobody foresees, starts it again, and compares
 * all that clients were told with all that is there; as often as asked. The same seed does the same as far as the clients go; when the system runs whom is
 * its own affair.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const { seed, rounds, env, report } = options
  const random = createRandom(seed)
  const violations: string[] = []
  let round = 0
  const violate = (violation: string) => void violations.push(`seed ${seed}, round ${round}: ${violation}`)
  const keys = await createTenants(env)
  const servers = await Promise.all(Array.from({ length: options.processes }, () => createServerProcess(env)))
  const result: ChaosResult = { violations, kills: 0, requests: 0, slowestStartMs: 0 }
  try {
    await Promise.all(servers.map(start))
    const urls = servers.map(({ url }) => url)
    const tenants = keys.map((tenant) => createTenantClient(tenant, urls, createRandom(random.below(2 ** 32)), violate))
    for (const tenant of tenants) await configure(tenant)
    const crowds = Array.from({ length: clients }, (_, client) =>
      tenants.flatMap((tenant) =>
        Array.from({ length: usersOfEach }, (_, n) => createKnownUser(tenant, `user-${client * usersOfEach + n}`)),
      ),
    )
    const users = crowds.flat()
    const everyone = (check: (user: KnownUser) => Promise<void>) =>
      Promise.all(
        crowds.map(async (crowd) => {
          for (const user of crowd) await check(user)
        }),
      )
    for (round = 1; round <= rounds && violations.length === 0; round++) {
      await runRound(crowds)
      await everyone((user) => checkUser(user, violate))
    }
    if (violations.length === 0) await everyone((user) => checkCounts(user, violate))
    for (const server of servers) for (const fault of server.faults()) violate(`a server logged: ${fault}`)
    // The embedded store has one process at a time.
    await Promise.all(servers.map((server) => server.kill()))
    const store = await options.openStore()
    await checkStore(store, users, violate)
    await store.close()
  } finally {
    await Promise.all(servers.map((server) => server.kill()))
  }
  return result

  async function start(server: ServerProcess): Promise<void> {
    result.slowestStartMs = Math.max(result.slowestStartMs, await server.start())
  }

  async function runRound(crowds: readonly KnownUser[][]): Promise<void> {
    const killAfter = 20 + random.below(400)
    let operations = 0
    let isOver = false
    const killed = Promise.withResolvers<void>()
    const works = crowds.map(async (crowd) => {
      const scene = { random: createRandom(random.below(2 ** 32)), violate }
      while (!isOver) {
        await actOnce(scene, scene.random.pick(crowd))
        operations += 1
        if (operations === killAfter) killed.resolve()
      }
    })
    await killed.promise
    const victims = servers.length === 1 || random.chance(0.2) ? servers : [random.pick(servers)]
    await Promise.all(victims.map((server) => server.kill()))
    result.kills += victims.length
    // With another process to turn to, clients go on while this one is gone.
    if (victims.length === servers.length) isOver = true
    await Promise.all(victims.map(start))
    isOver = true
    await Promise.all(works)
    result.requests += operations
    report(`round ${round}: killed ${victims.length} of ${servers.length} after ${killAfter} operations`)
  }
}

export async function createTenants(env: Readonly<Record<string, string>>, prefix?: readonly string[]): Promise<TenantKeys[]> {
  const created: TenantKeys[] = []
  for (const id of tenantIds) {
    const out = await runCommand(
      ['tenant', 'create', '--id', id, '--rp-id', 'localhost', '--origins', 'http://localhost:3000', '--json'],
      env,
      prefix,
    )
    created.push(JSON.parse(out) as TenantKeys)
  }
  return created
}

export async function configure(tenant: TenantClient): Promise<void> {
  const rule = {
    name: 'large amounts',
    isActive: true,
    priority: 0,
    type: 'CHALLENGE',
    conditions: { '>': [{ var: 'custom.amount' }, challengedAmount] },
  }
  const steps = [
    await tenant.asManager('POST', '/custom-data-points', { name: 'amount', dataType: 'number', modelType: 'action' }),
    await tenant.asManager('POST', '/action-configurations', { actionCode: 'transfer', defaultUserActionResult: 'ALLOW' }),
    await tenant.asManager('POST', '/action-configurations/transfer/rules', rule),
  ]
  for (const step of steps) if (!step.known || step.status >= 300) throw new Error(`a tenant cannot be configured: ${JSON.stringify(step)}`)
}
