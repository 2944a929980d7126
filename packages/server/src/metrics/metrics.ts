import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { createBoundedCounter } from './bounded-counter.ts'
import { createDurationHistogram } from './duration-histogram.ts'

/** The server's counters, for Prometheus. */
export interface Metrics {
  observeRequest(method: string, route: string, status: number, seconds: number): void
  /** Counts one decision of a track by its state. */
  countDecision(state: string): void
  /** Counts one warning that a track was answered with. */
  countWarning(tenantId: string, code: string): void
  /** Counts one decision under which a rule could not be determined. */
  countUndetermined(tenantId: string, action: string, ruleId: string): void
  /** Counts what becomes of challenges: a decision asked for one, an answer passed it, or an answer was refused. */
  countChallenge(event: 'asked' | 'passed' | 'failed'): void
  /** Counts one refused answer of an authenticator by the reason, which the wire does not say. */
  countRefusal(method: string, ceremony: 'registration' | 'authentication', reason: string): void
  /** Counts one user who said no at their own device, by its method: somebody else was asking. */
  countDenial(method: string): void
  /** Counts one message to a person by what became of it. */
  countMessage(kind: string, result: 'delivered' | 'failed' | 'kept'): void
  /** Counts one user who said "this was not me", by the notice. */
  countNotMe(notice: string): void
  /** Counts one message with a code or link that a user asked for, by whether the limits let it through. */
  countSend(method: string, result: 'allowed' | 'refused'): void
  /** Counts one stop of sending to phone numbers whose messages nobody answered. */
  countStoppedPrefix(scope: 'country' | 'block'): void
  /** WebSockets that are open now. */
  setOpenSockets(count: number): void
  observeStore(operation: string, seconds: number): void
  /** Prometheus text exposition format. */
  render(): Promise<string>
  readonly contentType: string
}

/** An IP data set, reduced to what is measured. */
export interface MeasuredDataSet {
  name: string
  state: string
  ageDays: number | null
  entries: number
  licence: string
}

/** The tries to refresh a feed. Milliseconds UTC. */
export interface MeasuredFeed {
  lastTry: number
  lastSuccess: number | null
  failures: number
}

const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** What is measured when Prometheus asks. */
export interface MeasuredAtScrape {
  dataSets: () => readonly MeasuredDataSet[]
  /** The kind of addresses that a data set or feed of this name lists. */
  kindOf: (dataSet: string) => string
  /** By the name of the feed. Absent: never tried. */
  feedStates: () => ReadonlyMap<string, MeasuredFeed>
  /** Milliseconds since the last backup; `null` when none was made that this server knows of. */
  backupAgeMs: () => number | null
  /** Milliseconds that the search over events is behind what is stored. Rejects while the store cannot be read. */
  readSideLagMs: () => Promise<number>
}

/** Creates the server's metrics in their own registry. */
export function createMetrics({ dataSets, kindOf, feedStates, backupAgeMs, readSideLagMs }: MeasuredAtScrape): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const named = (name: string) => ({ data_set: name, kind: kindOf(name) })
  collectDefaultMetrics({ register: registry })

  const requests = createDurationHistogram({
    name: 'sallyport_http_request_duration_seconds',
    help: 'Duration of HTTP requests, by route pattern',
    labelNames: ['method', 'route', 'status'],
    bounds,
  })
  const store = createDurationHistogram({
    name: 'sallyport_store_duration_seconds',
    help: 'Duration of store operations, including the durable commit',
    labelNames: ['operation'],
    bounds,
  })
  const decided = new Map<string, number>()
  new Counter({
    name: 'sallyport_decisions_total',
    help: 'Decisions on tracked actions, by state',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset()
      for (const [state, count] of decided) this.inc({ state }, count)
    },
  })
  new Gauge({
    name: 'sallyport_ip_data_set_age_days',
    help: 'Age of each IP data set in use; an absent one has no age',
    labelNames: ['data_set', 'kind', 'state'],
    registers,
    collect() {
      this.reset()
      for (const { name, state, ageDays } of dataSets()) if (ageDays !== null) this.set({ ...named(name), state }, ageDays)
    },
  })
  new Gauge({
    name: 'sallyport_ip_data_set_usable',
    help: '1: the IP data set is there and current. 0: it is absent, stale or broken',
    labelNames: ['data_set', 'kind'],
    registers,
    collect() {
      this.reset()
      for (const { name, state } of dataSets()) this.set(named(name), state === 'current' ? 1 : 0)
    },
  })
  new Gauge({
    name: 'sallyport_ip_data_set_entries',
    help: 'Ranges or records of each IP data set in use',
    labelNames: ['data_set', 'kind', 'licence'],
    registers,
    collect() {
      this.reset()
      for (const { name, licence, entries } of dataSets()) if (entries > 0) this.set({ ...named(name), licence }, entries)
    },
  })
  new Gauge({
    name: 'sallyport_ip_feed_last_try_seconds',
    help: 'When each list of IP addresses was last asked for, in seconds since 1970; absent when it never was',
    labelNames: ['data_set', 'kind'],
    registers,
    collect() {
      this.reset()
      for (const [name, { lastTry }] of feedStates()) this.set(named(name), lastTry / 1000)
    },
  })
  new Gauge({
    name: 'sallyport_ip_feed_last_success_seconds',
    help: 'When each list of IP addresses was last refreshed or found unchanged, in seconds since 1970; absent when it never was',
    labelNames: ['data_set', 'kind'],
    registers,
    collect() {
      this.reset()
      for (const [name, { lastSuccess }] of feedStates()) if (lastSuccess !== null) this.set(named(name), lastSuccess / 1000)
    },
  })
  new Gauge({
    name: 'sallyport_ip_feed_failures',
    help: 'Tries to refresh each list of IP addresses that failed since the last one that went well',
    labelNames: ['data_set', 'kind'],
    registers,
    collect() {
      this.reset()
      for (const [name, { failures }] of feedStates()) this.set(named(name), failures)
    },
  })
  new Gauge({
    name: 'sallyport_backup_age_seconds',
    help: 'Age of the last backup that `sallyport backup` made of this data directory; absent when there is none',
    labelNames: ['made_by'],
    registers,
    collect() {
      this.reset()
      const age = backupAgeMs()
      if (age !== null) this.set({ made_by: 'sallyport' }, Math.round(age / 1000))
    },
  })
  new Gauge({
    name: 'sallyport_read_side_lag_seconds',
    help: 'How far the search over events is behind the decisions; absent while the store cannot be read',
    labelNames: ['of'],
    registers,
    async collect() {
      this.reset()
      const lag = await readSideLagMs().catch(() => undefined)
      if (lag !== undefined) this.set({ of: 'events' }, lag / 1000)
    },
  })
  const register = registry
  const warnings = createBoundedCounter({
    name: 'sallyport_track_warnings_total',
    help: 'Warnings that tracks were answered with, by tenant and code',
    labelNames: ['tenant', 'code'],
    register,
  })
  const undetermined = createBoundedCounter({
    name: 'sallyport_rule_undetermined_total',
    help: 'Decisions under which an active rule could not be determined',
    labelNames: ['tenant', 'action', 'rule'],
    register,
  })
  const challenges = createBoundedCounter({
    name: 'sallyport_challenges_total',
    help: 'Challenges: asked by a decision, passed by an answer, failed by a refused answer',
    labelNames: ['event'],
    register,
  })
  for (const event of ['asked', 'passed', 'failed']) challenges.add([event], 0)
  const refusals = createBoundedCounter({
    name: 'sallyport_authenticator_refusals_total',
    help: 'Refused answers of authenticators, such as passkeys, by reason',
    labelNames: ['method', 'ceremony', 'reason'],
    register,
  })
  const denials = createBoundedCounter({
    name: 'sallyport_challenges_denied_total',
    help: 'Challenges that users denied at their own device, by its method: somebody else was asking',
    labelNames: ['method'],
    register,
  })
  const messages = createBoundedCounter({
    name: 'sallyport_messages_total',
    help: 'Messages to people: delivered to the mail server, failed, or kept in the outbox because no mail server is set up',
    labelNames: ['kind', 'result'],
    register,
  })
  const sends = createBoundedCounter({
    name: 'sallyport_sends_total',
    help: 'Messages with codes or links to users: allowed, or refused by a limit',
    labelNames: ['method', 'result'],
    register,
  })
  const stops = createBoundedCounter({
    name: 'sallyport_sends_stopped_total',
    help: 'Stops of sending to a country or block of phone numbers, because too few messages were answered',
    labelNames: ['scope'],
    register,
  })

  const notMe = createBoundedCounter({
    name: 'sallyport_not_me_total',
    help: 'Users who said "this was not me", by the notice that they answered',
    labelNames: ['notice'],
    register,
  })
  const sockets = new Gauge({ name: 'sallyport_open_sockets', help: 'WebSockets that are open now', registers })

  return {
    observeRequest: (method, route, status, seconds) => requests.observe([method, route, status], seconds),
    countDecision: (state) => void decided.set(state, (decided.get(state) ?? 0) + 1),
    countWarning: (tenantId, code) => warnings.add([tenantId, code]),
    countUndetermined: (tenantId, action, ruleId) => undetermined.add([tenantId, action, ruleId]),
    countChallenge: (event) => challenges.add([event]),
    countRefusal: (method, ceremony, reason) => refusals.add([method, ceremony, reason]),
    countDenial: (method) => denials.add([method]),
    countMessage: (kind, result) => messages.add([kind, result]),
    countNotMe: (notice) => notMe.add([notice]),
    countSend: (method, result) => sends.add([method, result]),
    countStoppedPrefix: (scope) => stops.add([scope]),
    setOpenSockets: (count) => sockets.set(count),
    observeStore: (operation, seconds) => store.observe([operation], seconds),
    render: async () => `${await registry.metrics()}\n${requests.render()}\n\n${store.render()}\n`,
    contentType: registry.contentType,
  }
}
