import { existsSync, statSync } from 'node:fs'
import { compilePolicy } from '@sallyport/engine'
import { findDoubts, type TenantDoubts } from '../app/find-doubts.ts'
import type { ServerStatus } from '../app/operations.ts'
import { type Config, localUrl } from '../config.ts'
import { loadTenant } from '../configuration/load-tenant.ts'
import { askControl, controlPath } from '../control/control-socket.ts'
import { createMailer } from '../delivery/mailer.ts'
import { sendFailures } from '../delivery/send-failure.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { findMoveUnderWay, listTenantClosures } from '../storage/closures.ts'
import { DataDirectoryInUseError } from '../storage/sqlite/data-directory.ts'
import { findTenantDeletion } from '../storage/tenant-deletions.ts'
import type { CreateTenantDeps } from '../tenants/create-tenant.ts'
import { describeBackup, describeDoubts } from './describe-doubts.ts'
import { explainSystemError } from './explain-system-error.ts'
import { openDeps } from './open-deps.ts'

export interface Finding {
  level: 'ok' | 'warning' | 'failure'
  text: string
}

const mailTimeoutMs = 8_000

/** Checks everything a server with this configuration needs. */
export async function findProblems(config: Config): Promise<Finding[]> {
  const ip = await openIpIntelligence({ dataDir: config.dataDir, clock: Date.now })
  return [...checkConfiguration(config), ...(await checkStore(config, ip)), await checkMail(config), ...checkIpData(ip)]
}

function checkConfiguration(config: Config): Finding[] {
  const findings: Finding[] = [{ level: 'ok', text: `configuration is valid; public URL ${config.publicUrl}` }]
  const { protocol, hostname } = new URL(config.publicUrl)
  if (protocol === 'http:' && hostname !== 'localhost') {
    findings.push({ level: 'warning', text: 'the public URL is not https: browsers refuse passkeys there' })
  }
  if (config.host !== '127.0.0.1' && config.host !== '::1' && config.trustedProxies.length === 0) {
    findings.push({ level: 'warning', text: 'no trusted proxies are set: behind a proxy, every request will seem to come from the proxy' })
  }
  if (existsSync(config.dataDir) && process.platform !== 'win32' && (statSync(config.dataDir).mode & 0o077) !== 0) {
    findings.push({ level: 'warning', text: `${config.dataDir} is readable by other users: run chmod 700` })
  }
  return findings
}

async function checkStore(config: Config, ip: IpIntelligence): Promise<Finding[]> {
  if (config.databaseUrl === undefined && !existsSync(config.dataDir)) {
    return [{ level: 'warning', text: `${config.dataDir} does not exist yet: the first start creates it` }]
  }
  try {
    const deps = await openDeps(config)
    try {
      await deps.store.checkReady()
      return [
        { level: 'ok', text: `the ${deps.store.kind} store can be read and written` },
        ...(await checkTenants(deps)),
        ...describeDoubts(await findDoubts({ ...deps, db: deps.store.db, ip })),
        describeBackup(config.dataDir, Date.now()),
      ]
    } finally {
      await deps.store.close()
    }
  } catch (error) {
    if (error instanceof DataDirectoryInUseError)
      return [await checkRunningServer(config, error), ...(await askDoubts(config)), describeBackup(config.dataDir, Date.now())]
    return [{ level: 'failure', text: describeFailure(error) }]
  }
}

function describeFailure(error: unknown): string {
  return explainSystemError(error) ?? (error instanceof Error ? error.message : String(error))
}

async function checkTenants(deps: CreateTenantDeps): Promise<Finding[]> {
  const rows = await deps.store.db.selectFrom('tenants').select('tenant_id').execute()
  if (rows.length === 0) return [{ level: 'warning', text: 'there is no tenant yet: the first start creates one' }]
  const findings: Finding[] = []
  const underWay = await findMoveUnderWay(deps.store.db)
  if (underWay !== undefined) {
    const text = `a move to ${underWay.to} has not finished: run it again, or abandon it (migrate --abandon)`
    findings.push({ level: 'warning', text })
  }
  const moved = new Map((await listTenantClosures(deps.store.db)).map(({ tenantId, to }) => [tenantId, to]))
  for (const { tenant_id } of rows) {
    const to = moved.get(tenant_id)
    if (to !== undefined) {
      findings.push({ level: 'ok', text: `tenant ${tenant_id} was moved to ${to}` })
      continue
    }
    const loaded = await loadTenant({ db: deps.store.db, cipher: deps.cipher, compilePolicy, clock: deps.clock }, tenant_id)
    if (loaded === undefined) {
      if ((await findTenantDeletion(deps.store.db, tenant_id)) !== undefined)
        findings.push({
          level: 'warning',
          text: `tenant ${tenant_id} is only partly deleted: run \`sallyport tenant delete ${tenant_id}\` again`,
        })
      continue
    }
    const { tenant } = loaded
    if (tenant.secretKeys.length === 0)
      findings.push({ level: 'failure', text: `tenant ${tenant_id} has no valid secret key: run key rotate` })
    else findings.push({ level: 'ok', text: `tenant ${tenant_id}: keys decrypt, ${tenant.actions.size} action(s), policies compile` })
  }
  return findings
}

/** While a server runs it owns the embedded store, so it is asked how it is: on its control socket, whatever its port. */
async function checkRunningServer(config: Config, inUse: DataDirectoryInUseError): Promise<Finding> {
  const path = controlPath(config.dataDir)
  if (path === undefined) return askOverHttp(localUrl(config.host, config.port))
  try {
    const { url, problem } = (await askControl(path, 'serverStatus', {}, inUse)) as ServerStatus
    if (problem === null) return { level: 'ok', text: `a running server uses the store and is ready at ${url}` }
    return { level: 'failure', text: `a running server uses the store but is not ready: ${problem}` }
  } catch (error) {
    if (error !== inUse) return { level: 'failure', text: describeFailure(error) }
    return { level: 'failure', text: 'another process uses the store, and it is not a server: wait until it ends, or stop it' }
  }
}

/** A path that is too long for a socket leaves only the configured port. */
async function askOverHttp(base: string): Promise<Finding> {
  const url = `${base}/readyz`
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
    if (response.ok) return { level: 'ok', text: `a running server uses the store and is ready at ${base}` }
    return { level: 'failure', text: `a running server uses the store but is not ready: ${url} answers ${response.status}` }
  } catch {
    return { level: 'failure', text: `another process uses the store and does not answer at ${url}: name its port with --port` }
  }
}

/** What looks wrong lately, as the running server sees it. Nothing when it cannot be asked: then another line says so. */
async function askDoubts(config: Config): Promise<Finding[]> {
  const path = controlPath(config.dataDir)
  if (path === undefined) return []
  const doubts = await askControl(path, 'findDoubts', {}, new Error('nobody answers')).catch(() => [])
  return describeDoubts(doubts as TenantDoubts[])
}

/** Connects and signs in, and sends nothing. A mail server that is down stops no decision, so it is no failure. */
async function checkMail({ mail }: Config): Promise<Finding> {
  if (mail === undefined)
    return { level: 'warning', text: 'no mail server is set up: messages to people stay in the outbox (SALLYPORT_MAIL_URL)' }
  const server = `the mail server ${mail.host}:${mail.port}`
  const result = await createMailer(mail, mailTimeoutMs).check()
  if (result.isSent) return { level: 'ok', text: `${server} can be used` }
  const { reason, smtpCode } = result
  const code = smtpCode === undefined ? '' : ` (SMTP ${smtpCode})`
  return { level: 'warning', text: `${server} cannot be used: ${sendFailures[reason]}${code}` }
}

function checkIpData(ip: IpIntelligence): Finding[] {
  return ip.dataSets().map(({ name, state, ageDays, problem, remedy }): Finding => {
    const age = ageDays === null ? '' : `, ${Math.floor(ageDays)} days old`
    if (state === 'current') return { level: 'ok', text: `IP data \`${name}\`${age}` }
    if (state === 'broken') return { level: 'failure', text: `IP data \`${name}\` cannot be read: ${problem ?? 'unknown reason'}` }
    return { level: 'warning', text: `IP data \`${name}\` is ${state}${age}: ${remedy}` }
  })
}
