import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compilePolicy } from '@sallyport/engine'
import { createSessionFinder } from '../../src/admins/find-session.ts'
import { createRefusedEntries } from '../../src/admins/refused-entries.ts'
import { type AppOptions, createApp } from '../../src/app/app.ts'
import type { AppDeps } from '../../src/app/app-deps.ts'
import { measureStore } from '../../src/app/measure-store.ts'
import { systemActor } from '../../src/audit/actor.ts'
import { createAuthenticatorSecrets } from '../../src/authenticators/authenticator-secret.ts'
import { undeterminedCounter } from '../../src/backtests/count-undetermined.ts'
import { createHistoryWorkers } from '../../src/backtests/history-workers.ts'
import { historyTrial } from '../../src/backtests/try-on-history.ts'
import { createKeyUses } from '../../src/callers/key-uses.ts'
import { type AnonymousAnswerLimits, createAnonymousAnswers } from '../../src/challenges/anonymous-answers.ts'
import { createChallengeSeal } from '../../src/challenges/challenge-seal.ts'
import { createOneTimeCodes } from '../../src/challenges/one-time-codes.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { type CachedTenantDirectory, createTenantDirectory } from '../../src/configuration/tenant-directory.ts'
import { createDelivery } from '../../src/delivery/delivery.ts'
import type { Mailer } from '../../src/delivery/mailer.ts'
import { createEventCursors } from '../../src/events/event-cursors.ts'
import type { App } from '../../src/http/app-type.ts'
import { loadFeedStates } from '../../src/ip/feed-state.ts'
import { kindOf } from '../../src/ip/feeds.ts'
import type { ExplainedIpIntelligence } from '../../src/ip/ip-intelligence.ts'
import { openIpIntelligence } from '../../src/ip/open-ip-intelligence.ts'
import { createKeyCipher, type KeyCipher } from '../../src/keys/api-keys.ts'
import { createProviderSecrets } from '../../src/keys/provider-secrets.ts'
import { createLog } from '../../src/log.ts'
import type { Method } from '../../src/methods/method.ts'
import { methods as shippedMethods } from '../../src/methods/methods.ts'
import { createTextNotices } from '../../src/methods/sms/text-notices.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { createNotMeSeal } from '../../src/notices/not-me-seal.ts'
import { createUserNotices } from '../../src/notices/user-notices.ts'
import { createTenantPopulations } from '../../src/population/tenant-populations.ts'
import { withPopulations } from '../../src/population/with-populations.ts'
import { createProposals } from '../../src/proposals/create-proposal.ts'
import { backupAge } from '../../src/storage/last-backup.ts'
import { type CreatedTenant, createTenant } from '../../src/tenants/create-tenant.ts'
import { createRecentWarnings } from '../../src/warnings/recent-warnings.ts'
import type { ResolveHost } from '../../src/webhooks/find-target.ts'
import { createWebhooks } from '../../src/webhooks/webhooks.ts'
import { openTestStore } from './open-test-store.ts'

/** The real application on a real store in a directory of its own, with one tenant whose relying party is `localhost`. For tests. */
export interface TestApp {
  app: App
  deps: AppDeps & { tenants: CachedTenantDirectory }
  cipher: KeyCipher
  masterKey: Uint8Array
  /** The tenant that was made, with its keys. */
  tenant: CreatedTenant
  /** Headers for each API. */
  asServer: Record<string, string>
  asManagement: Record<string, string>
  /** The client API before anybody is known. */
  asBrowser: Record<string, string>
  /** The client API with a token. */
  withToken(token: string): Record<string, string>
  /** Makes another tenant, to be kept apart from the first. */
  addTenant(): Promise<CreatedTenant & Pick<TestApp, 'asServer' | 'asManagement' | 'asBrowser'>>
  /** The log, one JSON object a line. */
  logged(): string
  close(): Promise<void>
}

export interface TestAppOptions {
  /** Milliseconds UTC. */
  clock?: () => number
  config?: Partial<Config>
  maxInFlight?: AppOptions['maxInFlight']
  timeouts?: AppOptions['timeouts']
  portalLimit?: AppOptions['portalLimit']
  /** Instead of the shipped data sets. */
  ip?: ExplainedIpIntelligence
  anonymousAnswerLimits?: AnonymousAnswerLimits
  /** How webhooks find the addresses of a host, instead of the system's resolver. */
  resolve?: ResolveHost
  webhookTimeoutMs?: number
  /** Where Twilio is asked. */
  twilioUrl?: string
  /** What WebSockets may cost, where it differs from the defaults. */
  socketLimits?: AppDeps['socketLimits']
  /** Instead of none. */
  mailer?: Mailer
  /** Instead of the shipped ones. */
  methods?: readonly Method[]
  /** Goes on where another application was, in place of an empty store. */
  restored?: { dataDir: string; masterKey: Uint8Array; tenant: CreatedTenant }
  /** Instead of the usual store. */
  openStore?: typeof openTestStore
}

export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = options.restored?.dataDir ?? mkdtempSync(join(tmpdir(), 'sallyport-test-'))
  const config: Config = { ...loadConfig({ 'data-dir': dataDir, port: '0' }, {}), publicUrl: 'http://localhost:4000', ...options.config }
  const clock = options.clock ?? Date.now
  const newId = () => randomUUID()
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => void lines.push(line) })
  const ip = options.ip ?? (await shippedAddresses())
  const opened = await (options.openStore ?? openTestStore)({ dataDir, clock })
  const feedUpdates = { isOn: false, states: () => loadFeedStates(join(dataDir, 'ip')) }
  const metrics = createMetrics({
    dataSets: () => ip.dataSets(),
    kindOf,
    feedStates: () => feedUpdates.states(),
    backupAgeMs: () => backupAge(config.dataDir, clock()),
    readSideLagMs: () => opened.store.readSideLagMs(),
  })
  const populations = createTenantPopulations({ store: opened.store, log, clock })
  const store = withPopulations(measureStore(opened.store, metrics), populations)
  const masterKey = options.restored?.masterKey ?? randomBytes(32)
  const cipher = createKeyCipher(masterKey)
  const tenants = createTenantDirectory({ store, cipher, compilePolicy, clock })
  const add = (tenantId?: string) =>
    createTenant(
      { store, cipher, clock, newId, methods: shippedMethods },
      { tenantId, rpId: 'localhost', origins: ['http://localhost:4000', 'http://localhost:3000'] },
      systemActor('test'),
    )
  const tenant = options.restored?.tenant ?? (await add('test-tenant'))
  const warnings = createRecentWarnings({ store, metrics, log, clock })
  const workers = createHistoryWorkers(store.history)
  const countUndetermined = undeterminedCounter({ workers, clock, log, mostMs: 600_000 })
  const challengeSeal = createChallengeSeal(masterKey)
  const authenticatorSecrets = createAuthenticatorSecrets(masterKey)
  const oneTimeCodes = createOneTimeCodes(masterKey)
  const providerSecrets = createProviderSecrets(masterKey)
  const eventCursors = createEventCursors(masterKey)
  const methods = options.methods ?? shippedMethods
  const anonymousAnswers = createAnonymousAnswers(options.anonymousAnswerLimits)
  const webhooks = createWebhooks({
    networks: config.webhookNetworks,
    publicUrl: config.publicUrl,
    clock,
    newId,
    resolve: options.resolve,
    timeoutMs: options.webhookTimeoutMs,
  })
  const delivery = createDelivery({ mail: config.mail, hasOutbox: true, metrics, log, clock, newId, mailer: options.mailer })
  const notMeSeal = createNotMeSeal(masterKey)
  const textNotices = createTextNotices({ providerSecrets, twilioUrl: options.twilioUrl })
  const notices = createUserNotices({ delivery, notMeSeal, textNotices, webhooks, providerSecrets, config, newId })
  const refusedEntries = createRefusedEntries({ store, log, clock, newId })
  const keyUses = createKeyUses({ store, log, clock })
  const rulesDeps = { store, tenants, ip, webhooks, countUndetermined, clock, newId }
  const proposals = createProposals({
    ...rulesDeps,
    config,
    delivery,
    tryOnHistory: historyTrial({ workers, clock, log, mostMs: 600_000 }),
  })
  const deps = {
    sessions: createSessionFinder({ store, config, clock }),
    ...proposals,
    config,
    store,
    tenants,
    cipher,
    ip,
    feedUpdates,
    challengeSeal,
    anonymousAnswers,
    webhooks,
    delivery,
    notices,
    textNotices,
    notMeSeal,
    authenticatorSecrets,
    oneTimeCodes,
    providerSecrets,
    twilioUrl: options.twilioUrl,
    socketLimits: options.socketLimits,
    eventCursors,
    methods,
    metrics,
    refusedEntries,
    keyUses,
    warnings,
    countUndetermined,
    log,
    clock,
    newId,
  }
  const app = await createApp(deps, {
    checkResponses: true,
    maxInFlight: options.maxInFlight,
    timeouts: options.timeouts,
    portalLimit: options.portalLimit,
  })
  return {
    app,
    deps,
    cipher,
    masterKey,
    tenant,
    ...credentialsOf(tenant),
    withToken: (token) => ({ authorization: `Bearer ${token}` }),
    async addTenant() {
      const other = await add()
      return { ...other, ...credentialsOf(other) }
    },
    logged: () => lines.join(''),
    async close() {
      await app.close()
      await delivery.stop(0)
      await refusedEntries.stop()
      await workers.close()
      await opened.remove()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function credentialsOf(tenant: CreatedTenant): Pick<TestApp, 'asServer' | 'asManagement' | 'asBrowser'> {
  const basic = (name: string) => ({ authorization: `Basic ${Buffer.from(name).toString('base64')}` })
  return {
    asServer: basic(`${tenant.secretKey}:`),
    asManagement: basic(`${tenant.managementKey}:`),
    asBrowser: basic(encodeURIComponent(tenant.tenantId)),
  }
}

let shipped: ReturnType<typeof openIpIntelligence> | undefined

/** The shipped data sets, loaded once for all applications of a test file. */
function shippedAddresses(): ReturnType<typeof openIpIntelligence> {
  shipped ??= openIpIntelligence({ dataDir: join(tmpdir(), 'sallyport-test-without-lists'), clock: Date.now })
  return shipped
}
