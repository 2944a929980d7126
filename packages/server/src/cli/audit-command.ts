import { readFileSync, writeFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { serverChain } from '../audit/insert-audit-entry.ts'
import type { ChainCheckpoint, ChainReport } from '../audit/verify-chain.ts'
import { verifyGrowingChain } from '../audit/verify-growing-chain.ts'
import type { AuditEntryView } from '../audit-search/search-audit-log.ts'
import type { Config } from '../config.ts'
import { isoTime } from '../http/iso-time.ts'
import type { AuditChainTable } from '../storage/schema.ts'
import { addSettings, CommandError, configOf, print, type SettingFlag } from './command-file.ts'
import { parseLimit } from './parse-limit.ts'
import type { AuditOperations } from './run-operation.ts'

const flags: readonly SettingFlag[] = ['data-dir', 'database-url']

interface ListOptions {
  tenant?: string
  from?: number
  to?: number
  actor?: string
  event?: string
  user?: string
  text?: string
  limit: number
  json?: boolean
}

interface VerifyOptions {
  tenant?: string
  checkpoint?: string
  json?: boolean
}

const verifying = `
Prints one line for each tenant, and one for each finding: an entry that was changed, is missing, or was inserted, with its number. Exit code 1 if there is any.
With a checkpoint it also finds a chain whose end was cut off, or that was written again. It needs no network and no key.`

/** `audit list`, `audit verify` and `audit checkpoint`: reads the audit log, and finds out whether it is whole. */
export function addAudit(program: Command): void {
  const audit = program.command('audit').description('read and verify the audit log')

  addSettings(audit.command('list').description('print entries, newest first'), flags)
    .option('--tenant <id>', 'tenant id; without it, entries that concern the server and no tenant')
    .option('--from <time>', 'not before this time (ISO 8601)', parseTime)
    .option('--to <time>', 'not after this time (ISO 8601)', parseTime)
    .option('--actor <name>', 'kind, id, key id or name of the actor')
    .option('--event <name>', 'name of the event, such as rule.updated, or the part before a dot, such as rule')
    .option('--user <id>', 'id of the user whom the entry concerns')
    .option('--text <text>', 'text anywhere in the entry')
    .option('--limit <number>', 'most entries to print', parseLimit, 100)
    .option('--json', 'print one JSON object per line')
    .action(async (options: ListOptions & Record<string, unknown>) => {
      const { withAudit } = await import('./run-operation.ts')
      await withAudit(configOf(options), (operations) => list(operations, options))
    })

  addSettings(audit.command('verify').description('check that no entry was changed, removed or inserted'), flags)
    .option('--tenant <id>', 'tenant id (default: all tenants, and the server)')
    .option('--checkpoint <file>', 'file of `audit checkpoint` to compare with')
    .option('--json', 'print one JSON object per tenant')
    .addHelpText('after', verifying)
    .action((options: VerifyOptions & Record<string, unknown>) => verify(configOf(options), options))

  addSettings(audit.command('checkpoint <file>').description('write number and hash of the last entries to a file'), flags)
    .option('--tenant <id>', 'tenant id (default: all tenants, and the server)')
    .addHelpText('after', '\nKeep the file where nobody who can change the store can change it.')
    .action(async (file: string, options: { tenant?: string } & Record<string, unknown>) => {
      const { withAudit } = await import('./run-operation.ts')
      const chains = await withAudit(configOf(options), (operations) => listChains(operations, options.tenant))
      const checkpoint = { format: 'sallyport-audit-checkpoint', version: 1, chains: chains.map(toCheckpoint) }
      writeFileSync(file, `${JSON.stringify(checkpoint, null, 2)}\n`)
      print(`Wrote the ends of ${chains.length} chain(s) to ${file}.`)
    })
}

async function list(operations: AuditOperations, options: ListOptions): Promise<void> {
  const { tenant: tenantId = serverChain, from, to, actor, event, user: userId, text, json } = options
  await listChains(operations, options.tenant)
  let left = options.limit
  let cursor: string | undefined
  do {
    const query = { tenantId, from, to, actor, event, userId, text, limit: Math.min(left, 500), cursor }
    const page = await operations.searchAudit(query)
    for (const entry of page.entries) print(json === true ? JSON.stringify(entry) : lineOf(entry))
    left -= page.entries.length
    cursor = page.cursor
  } while (left > 0 && cursor !== undefined)
}

function lineOf({ at, event, actor, userId, details, isErased }: AuditEntryView): string {
  const who = [actor.kind, actor.name ?? actor.keyId ?? actor.id, actor.ipAddress && `from ${actor.ipAddress}`].filter(Boolean).join(' ')
  const what = isErased ? '(erased)' : Object.keys(details).length === 0 ? '' : JSON.stringify(details)
  return [at, event, who, userId && `user ${userId}`, what].filter(Boolean).map(escapeControls).join('  ')
}

/** LG-02: what somebody else wrote neither moves the cursor nor turns the direction of the text. */
function escapeControls(text: string | undefined | false): string {
  return String(text).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

async function verify(config: Config, { tenant, checkpoint: file, json }: VerifyOptions): Promise<void> {
  const checkpoints = file === undefined ? [] : readCheckpoints(file)
  const { withAudit } = await import('./run-operation.ts')
  await withAudit(config, async (operations) => {
    const chains = await listChains(operations, tenant)
    let broken = 0
    for (const { tenant_id: tenantId } of chains) {
      const report = await verifyOne(
        operations,
        tenantId,
        checkpoints.find((one) => one.tenantId === tenantId),
      )
      if (report.findings.length > 0) broken += 1
      if (json === true) print(JSON.stringify(report))
      else printReport(report)
    }
    for (const { tenantId } of checkpoints) {
      if ((tenant !== undefined && tenant !== tenantId) || chains.some((chain) => chain.tenant_id === tenantId)) continue
      broken += 1
      print(`${nameOf(tenantId)}: the checkpoint knows this chain, and it is not there`)
    }
    if (broken > 0) process.exitCode = 1
  })
}

function verifyOne(operations: AuditOperations, tenantId: string, checkpoint: ChainCheckpoint | undefined): Promise<ChainReport> {
  return verifyGrowingChain(
    () => loadChain(operations, tenantId),
    (chain) => ({
      chain,
      checkpoint,
      read: (after, through) => operations.readAuditChain({ tenantId, after, through }),
      outside: () => operations.readAuditOutside({ tenantId }),
      unchained: () => operations.readUnchainedAudit({ tenantId, beganAt: chain.began_at }),
    }),
  )
}

async function loadChain(operations: AuditOperations, tenantId: string): Promise<AuditChainTable> {
  const [chain] = await operations.listAuditChains({ tenantId })
  if (chain === undefined) throw new CommandError(`there is no tenant \`${tenantId}\``)
  return chain
}

async function listChains(operations: AuditOperations, tenantId: string | undefined): Promise<AuditChainTable[]> {
  const chains = await operations.listAuditChains({ tenantId })
  if (chains.length === 0 && tenantId !== undefined) throw new CommandError(`there is no tenant \`${tenantId}\``)
  return chains
}

function printReport({ tenantId, entries, sequence, erased, unchained, findings, moreFindings }: ChainReport): void {
  const state = findings.length === 0 ? 'the chain is whole' : 'THE CHAIN IS BROKEN'
  const counts = [
    `${entries} entries up to number ${sequence}`,
    erased > 0 && `${erased} without the data of erased users`,
    unchained > 0 && `${unchained} from before the chain, which cannot be verified`,
  ]
  print(`${nameOf(tenantId)}: ${state}; ${counts.filter(Boolean).join(', ')}`)
  for (const { message } of findings) print(`  ${message}`)
  if (moreFindings > 0) print(`  and ${moreFindings} more`)
}

function nameOf(tenantId: string): string {
  return tenantId === serverChain ? 'the server' : `tenant ${tenantId}`
}

function toCheckpoint({ tenant_id: tenantId, sequence, hash, erased_through }: AuditChainTable): ChainCheckpoint {
  return { tenantId, at: new Date().toISOString(), sequence, hash, entries: sequence - erased_through }
}

const checkpointFile = z.object({
  format: z.literal('sallyport-audit-checkpoint'),
  version: z.literal(1),
  chains: z.array(z.object({ tenantId: z.string(), at: z.string(), sequence: z.int(), hash: z.string(), entries: z.int() })),
})

function readCheckpoints(file: string): ChainCheckpoint[] {
  try {
    return checkpointFile.parse(JSON.parse(readFileSync(file, 'utf8'))).chains
  } catch (cause) {
    throw new CommandError(`${file} is not a checkpoint: make one with \`sallyport audit checkpoint\``, { cause })
  }
}

function parseTime(text: string): number {
  const parsed = isoTime.safeParse(text)
  if (!parsed.success) throw new InvalidArgumentError('use an ISO 8601 time, such as 2026-01-31T12:00:00Z')
  return parsed.data
}
