import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { createDurationHistogram } from './duration-histogram.ts'

/** The server's counters, for Prometheus. */
export interface Metrics {
  observeRequest(method: string, route: string, status: number, seconds: number): void
  /** Counts one decision of a track by its state. */
  countDecision(state: string): void
  observeStore(operation: string, seconds: number): void
  /** Prometheus text exposition format. */
  render(): Promise<string>
  readonly contentType: string
}

/** An IP data set, reduced to its age. */
export interface DataSetAge {
  name: string
  state: string
  ageDays: number | null
}

const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Creates the server's metrics in their own registry. `dataSets` is called at every scrape. */
export function createMetrics(dataSets: () => readonly DataSetAge[]): Metrics {
  const registry = new Registry()
  const registers = [registry]
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
    help: 'Age of each IP data set in use',
    labelNames: ['data_set', 'state'],
    registers,
    collect() {
      this.reset()
      for (const { name, state, ageDays } of dataSets()) this.set({ data_set: name, state }, ageDays ?? Number.NaN)
    },
  })

  return {
    observeRequest: (method, route, status, seconds) => requests.observe([method, route, status], seconds),
    countDecision: (state) => void decided.set(state, (decided.get(state) ?? 0) + 1),
    observeStore: (operation, seconds) => store.observe([operation], seconds),
    render: async () => `${await registry.metrics()}\n${requests.render()}\n\n${store.render()}\n`,
    contentType: registry.contentType,
  }
}
