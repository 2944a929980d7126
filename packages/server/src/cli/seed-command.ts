import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { Config } from '../config.ts'
import type { SeedDemoInput, SeededDemo } from '../seed/seed-demo.ts'
import type { Tally } from '../seed/tally.ts'
import type { CreatedTenant } from '../tenants/create-tenant.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import { type FirstKeysFile, writeFirstKeys } from './first-keys-file.ts'

const dayMs = 86_400_000

interface Options extends Record<string, unknown> {
  demo?: true
  tenant?: string
  seed: string
  people: string
  days: string
  ifEmpty?: true
  again?: true
}

const bootstrapFlags = [
  'bootstrap-tenant-id',
  'bootstrap-secret-key',
  'bootstrap-management-key',
  'bootstrap-rp-id',
  'bootstrap-origins',
] as const

/** `seed --demo`: fills an empty tenant with the history of a made-up bank. Works while no server runs on the embedded store. */
export function addSeed(program: Command): void {
  addSettings(program.command('seed').description('fill an empty tenant with the history of a made-up bank, to try Sallyport'), [
    ...storeFlags,
    ...bootstrapFlags,
  ])
    .requiredOption('--demo', 'confirms that customers, attackers and events are made up')
    .option('--tenant <id>', 'tenant to fill (default: the only one, which is created if there is none)')
    .option('--seed <text>', 'the same text, number of people and end give the same history', '1')
    .option('--people <number>', 'customers of the bank', '3000')
    .option('--days <number>', 'length of the history, which ends now', '90')
    .option('--if-empty', 'do nothing, and say so, if the tenant has users')
    .option('--again', 'if an earlier run was interrupted, delete the tenant that it was filling first')
    .action(async (options: Options) => {
      const config = configOf({ ...options, ...(options.tenant === undefined ? {} : { bootstrapTenantId: options.tenant }) })
      const startedAt = performance.now()
      const [people, days] = [wholeNumber('--people', options.people, 1, 100_000), wholeNumber('--days', options.days, 1, 365)]
      const until = Date.now()
      const run = () => seedOnce(config, { seed: options.seed, people, days, until })
      let filled = await run()
      if (filled.seeded.kind === 'interrupted' && options.again === true) {
        await deleteTenant(config, filled.tenantId)
        filled = await run()
      }
      report(filled, options.ifEmpty === true, performance.now() - startedAt)
    })
}

interface Filled {
  tenantId: string
  seeded: SeededDemo
}

async function seedOnce(config: Config, input: Omit<SeedDemoInput, 'tenantId' | 'onProgress'>): Promise<Filled> {
  const { openSeedDeps } = await import('./open-seed-deps.ts')
  const { seedDemo } = await import('../seed/seed-demo.ts')
  const { people, days, until } = input
  let keys: FirstKeysFile | undefined
  const keepKeys = (created: CreatedTenant) => {
    keys = writeFirstKeys(config.dataDir, created, config.bootstrap)
    return keys
  }
  const { deps, tenantId, close } = await openSeedDeps(config, { firstClock: () => until - days * dayMs - 3_600_000, keepKeys })
  try {
    const seeded = await seedDemo(deps, { ...input, tenantId, onProgress: showProgress(people, days) })
    hideProgress()
    if (keys !== undefined) print(`Created tenant ${tenantId}; its API keys are in ${keys.path}.`)
    return { tenantId, seeded }
  } finally {
    await close()
  }
}

async function deleteTenant(config: Config, tenantId: string): Promise<void> {
  const { withOperator } = await import('./run-operation.ts')
  const job = randomUUID()
  await withOperator(config, async ({ run }) => {
    while ((await run('deleteTenant', { tenantId, job })) === null);
  })
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new CommandError(`${flag} must be a whole number, ${least} to ${most}, not \`${text}\``)
  return number
}

/** One line on a terminal, written again and again. */
function showProgress(people: number, days: number): (done: number, of: number) => void {
  let shown = -1
  return (done, of) => {
    const percent = Math.floor((100 * done) / of)
    if (!process.stdout.isTTY || percent === shown) return
    shown = percent
    process.stdout.write(`\rLiving through ${days} days of ${people} customers: ${percent} % `)
  }
}

function hideProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\u001b[K')
}

function report({ tenantId, seeded }: Filled, ifEmpty: boolean, tookMs: number): void {
  switch (seeded.kind) {
    case 'seeded':
      for (const line of describe(tenantId, seeded.tally, tookMs)) print(line)
      return
    case 'seeded_before':
      print(`Tenant ${tenantId} has the demo's history already.`)
      return
    case 'has_users':
      if (!ifEmpty) throw new CommandError(`tenant \`${tenantId}\` has users: made-up history belongs in a tenant of its own`)
      print(`Tenant ${tenantId} has users, so nothing was made up.`)
      return
    case 'interrupted':
      throw new CommandError(
        `an earlier \`seed\` of tenant \`${tenantId}\` was interrupted: with \`--again\` this deletes the tenant and starts over`,
      )
    case 'no_such_tenant':
      throw new CommandError(`there is no tenant \`${tenantId}\``)
  }
}

function describe(tenantId: string, { decisions, firstStates, attacks, openReviews }: Tally, tookMs: number): string[] {
  const share = (count = 0) => `${((100 * count) / Math.max(1, decisions)).toFixed(1)} %`
  const { ALLOW, CHALLENGE_REQUIRED, REVIEW_REQUIRED, BLOCK } = firstStates
  const sum = (member: 'attempts' | 'stopped' | 'reported') => Object.values(attacks).reduce((total, count) => total + count[member], 0)
  return [
    `Filled tenant ${tenantId} with ${decisions.toLocaleString('en')} decisions in ${(tookMs / 1000).toFixed(1)} s. All of it is made up.`,
    `  allowed ${share(ALLOW)}, challenged ${share(CHALLENGE_REQUIRED)}, sent to review ${share(REVIEW_REQUIRED)}, blocked ${share(BLOCK)}`,
    `  ${sum('attempts')} actions of attackers: ${sum('stopped')} were stopped, ${sum('reported')} are known as fraud; ${openReviews} reviews wait`,
  ]
}
