import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { compilePolicy } from '@sallyport/engine'
import { createSessionFinder } from '../admins/find-session.ts'
import { createRefusedEntries } from '../admins/refused-entries.ts'
import { createAuthenticatorSecrets } from '../authenticators/authenticator-secret.ts'
import { undeterminedCounter } from '../backtests/count-undetermined.ts'
import { createHistoryWorkers } from '../backtests/history-workers.ts'
import { historyTrial } from '../backtests/try-on-history.ts'
import { createKeyUses } from '../callers/key-uses.ts'
import { createAnonymousAnswers } from '../challenges/anonymous-answers.ts'
import { createChallengeSeal } from '../challenges/challenge-seal.ts'
import { createOneTimeCodes } from '../challenges/one-time-codes.ts'
import { type Config, localUrl } from '../config.ts'
import { createTenantDirectory, type TenantFollower } from '../configuration/tenant-directory.ts'
import { controlPath, serveControl } from '../control/control-socket.ts'
import { createDelivery } from '../delivery/delivery.ts'
import { createFeedUpdates } from '../ip/feed-updates.ts'
import { kindOf } from '../ip/feeds.ts'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { createKeyCipher } from '../keys/api-keys.ts'
import { checkMasterKey } from '../keys/check-master-key.ts'
import { createKeyring } from '../keys/keyring.ts'
import { loadMasterKey } from '../keys/master-key.ts'
import { createProviderSecrets } from '../keys/provider-secrets.ts'
import { followRotation } from '../keys/rotate-master-key.ts'
import { createLog } from '../log.ts'
import { methods } from '../methods/methods.ts'
import { createTextNotices } from '../methods/sms/text-notices.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { createNotMeSeal } from '../notices/not-me-seal.ts'
import { createUserNotices } from '../notices/user-notices.ts'
import { createTenantPopulations } from '../population/tenant-populations.ts'
import { withPopulations } from '../population/with-populations.ts'
import { createProposals } from '../proposals/create-proposal.ts'
import { createRetention } from '../retention/retention.ts'
import { backupAge } from '../storage/last-backup.ts'
import { openStore } from '../storage/open-store.ts'
import { createStoreGate, gateStore, loadStoreGate } from '../storage/store-gate.ts'
import { bootstrap, type KeepKeys } from '../tenants/bootstrap.ts'
import type { CreatedTenant } from '../tenants/create-tenant.ts'
import { createUnlearnings } from '../unlearning/run-unlearnings.ts'
import { createRecentWarnings } from '../warnings/recent-warnings.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'
import { createApp } from './app.ts'
import type { AppDeps } from './app-deps.ts'
import { holdPort } from './hold-port.ts'
import { listPurges } from './list-purges.ts'
import { measureStore } from './measure-store.ts'
import { createServerOperations } from './operations.ts'
import { tuneCollector } from './tune-collector.ts'

export type { Config } from '../config.ts'
export { ConfigError, loadConfig } from '../config.ts'

import { createEventCursors } from '../events/event-cursors.ts'

export interface RunningServer {
  /** Where it listens, for this machine: `http://localhost:4000`. */
  url: string
  deps: AppDeps
  /** The tenant made at this first start, with its keys: shown once. */
  created: CreatedTenant | undefined
  /** Takes no new connection, answers what it has accepted, then releases everything. Ends within `drainMs`. */
  close(): Promise<void>
}

export interface StartOptions {
  /** Milliseconds UTC. */
  clock?: () => number
  /** How long `close` waits for requests under way. */
  drainMs?: number
  /** Stores the keys of a tenant that this start is about to create. */
  keepKeys?: KeepKeys
}

const defaultDrainMs = 8_000
/** How long messages that wait may still be sent when everything else has ended. */
const mailDrainMs = 1_000

/** What another process changed is in force here a second later, the query included. */
const tenantRefreshMs = 750
const dataRefreshMs = 60_000
const feedCheckMs = 60_000
const unlearningCheckMs = 1_000
const retentionCheckMs = 5 * 60_000
const populationSaveMs = 60_000
const warningSaveMs = 5_000
const keyUseSaveMs = 60_000
const populationUnsaved = 'what is usual for everybody could not be stored'

/** Starts one server process. Port 0 takes a free one. What was opened before a failure is closed again. */
export async function startServer(given: Config, options: StartOptions = {}): Promise<RunningServer> {
  await using opened = new AsyncDisposableStack()
  const held = await holdPort(given.port, given.host)
  opened.defer(() => held.release())
  const config = withPort(given, held.port)
  const clock = options.clock ?? Date.now
  const newId = () => randomUUID()
  const log = createLog(config.logLevel)
  const keyring = createKeyring(loadMasterKey(config))
  const cipher = createKeyCipher(keyring)
  const unmeasured = await openStore(config, clock)
  opened.defer(() => unmeasured.close())
  await checkMasterKey(unmeasured.db, cipher, clock())
  const ip = await openIpIntelligence({ dataDir: config.dataDir, clock })
  const feedUpdates = createFeedUpdates({
    directory: join(config.dataDir, 'ip'),
    isOn: config.ipUpdates,
    clock,
    log,
    refresh: () => ip.refresh(),
  })
  opened.defer(() => feedUpdates.stop())
  const metrics = createMetrics({
    dataSets: () => ip.dataSets(),
    kindOf,
    feedStates: () => feedUpdates.states(),
    backupAgeMs: () => backupAge(config.dataDir, clock()),
    readSideLagMs: () => unmeasured.readSideLagMs(),
  })
  const populations = createTenantPopulations({ store: unmeasured, log, clock })
  opened.defer(() => populations.save().catch((err: unknown) => log.warn({ err }, populationUnsaved)))
  const counted = withPopulations(measureStore(unmeasured, metrics), populations)
  const embedded = 'flush' in unmeasured ? unmeasured : undefined
  const gate = embedded === undefined ? createStoreGate() : await loadStoreGate(embedded.db)
  const store = gateStore(counted, gate)
  const warnings = createRecentWarnings({ store, metrics, log, clock })
  const delivery = createDelivery({ mail: config.mail, hasOutbox: true, metrics, log, clock, newId })
  opened.defer(() => delivery.stop(mailDrainMs))
  const follower: TenantFollower = {
    gone(tenantId) {
      gate.shutDeleted(tenantId)
      forgetCounted(tenantId)
    },
    back(tenantId) {
      forgetCounted(tenantId)
      gate.reopenDeleted(tenantId)
    },
  }
  function forgetCounted(tenantId: string): void {
    populations.forget(tenantId)
    warnings.forget(tenantId)
    delivery.record.forget(tenantId)
  }
  const tenants = createTenantDirectory({ store, cipher, compilePolicy, clock, follower })
  const created = await bootstrap({ store, cipher, clock, newId, methods }, config, options.keepKeys)
  opened.defer(() => warnings.save())
  const workers = createHistoryWorkers(store.history)
  opened.defer(() => workers.close())
  const countUndetermined = undeterminedCounter({ workers, clock, log })
  const challengeSeal = createChallengeSeal(keyring)
  const authenticatorSecrets = createAuthenticatorSecrets(keyring)
  const notMeSeal = createNotMeSeal(keyring)
  const oneTimeCodes = createOneTimeCodes(keyring)
  const providerSecrets = createProviderSecrets(keyring)
  const eventCursors = createEventCursors(keyring)
  const anonymousAnswers = createAnonymousAnswers()
  const webhooks = createWebhooks({ networks: config.webhookNetworks, publicUrl: config.publicUrl, clock, newId })
  const textNotices = createTextNotices({ providerSecrets })
  const notices = createUserNotices({ delivery, notMeSeal, textNotices, webhooks, providerSecrets, config, newId })
  const refusedEntries = createRefusedEntries({ store, log, clock, newId })
  opened.defer(() => refusedEntries.stop())
  const keyUses = createKeyUses({ store, log, clock })
  opened.defer(() => keyUses.save())
  const rulesDeps = { store, tenants, ip, webhooks, countUndetermined, clock, newId }
  const proposals = createProposals({ ...rulesDeps, config, delivery, tryOnHistory: historyTrial({ workers, clock, log }) })
  const deps: AppDeps = {
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
  const retention = createRetention({ ...deps, purges: listPurges(deps) })
  opened.defer(() => retention.stop())
  const unlearnings = createUnlearnings(deps)
  opened.defer(() => unlearnings.stop())

  const path = controlPath(config.dataDir)
  if (embedded !== undefined && path !== undefined) {
    const operations = createServerOperations({
      ...deps,
      embedded,
      gate,
      save: populations.save,
      url: localUrl(config.host, config.port),
    })
    const control = await serveControl(path, operations)
    opened.defer(() => control.close())
  }
  const app = await createApp(deps)
  opened.defer(async () => {
    const cutOff = setTimeout(() => app.server.closeAllConnections(), options.drainMs ?? defaultDrainMs)
    await app.close()
    clearTimeout(cutOff)
  })
  await held.release()
  await app.listen({ port: config.port, host: config.host })
  if (config.mail === undefined) log.info('no mail server is set up: messages stay in the outbox')
  else void delivery.check()

  const timers = [
    every(dataRefreshMs, () => ip.refresh(), log, 'IP data could not be read again; the old data stay in use'),
    every(feedCheckMs, () => feedUpdates.runIfDue(), log, 'lists of IP addresses could not be refreshed; the installed ones stay in use'),
    every(unlearningCheckMs, () => unlearnings.runDue(), log, 'what actions taught could not be taken back; it is tried again'),
    every(retentionCheckMs, () => retention.runIfDue(), log, 'what is not kept any longer could not be erased'),
    every(warningSaveMs, () => warnings.save(), log, 'what looked wrong lately could not be stored'),
    every(keyUseSaveMs, () => keyUses.save(), log, 'the last use of API keys could not be stored'),
    every(populationSaveMs, () => populations.save(), log, populationUnsaved),
  ]
  // The embedded store has one process, and that one knows what it changed.
  if (store.kind !== 'sqlite') {
    const refresh = async () => {
      await followRotation(store.db, keyring)
      await tenants.refresh()
    }
    timers.push(every(tenantRefreshMs, refresh, log, 'changes of other processes are not seen'))
  }
  opened.defer(() => {
    for (const timer of timers) clearInterval(timer)
  })

  // Not before: while it starts, all of the growth stays.
  tuneCollector()
  const running = opened.move()
  return { url: localUrl(config.host, config.port), deps, created, close: () => running.disposeAsync() }
}

function every(ms: number, work: () => Promise<void>, log: AppDeps['log'], failure: string): NodeJS.Timeout {
  let isBusy = false
  return setInterval(() => {
    if (isBusy) return
    isBusy = true
    work()
      .catch((err: unknown) => log.warn({ err }, failure))
      .finally(() => {
        isBusy = false
      })
  }, ms).unref()
}

/** The configuration with the port that was taken in place of 0. */
function withPort(config: Config, port: number): Config {
  const wasLocal = config.publicUrl === localUrl(config.host, config.port)
  return { ...config, port, publicUrl: wasLocal ? localUrl(config.host, port) : config.publicUrl }
}
