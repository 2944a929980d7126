/** The measured cost of one decision, and the assumed properties of the machines. */
export interface ScalingInputs {
  /** Microseconds of processor time of a server process for one `track` over HTTP, embedded store and disk included. */
  embeddedCpu: number
  /** Bytes on disk of one stored instance in the embedded store. */
  embeddedBytes: number
  /** Microseconds of processor time of a server process for one `track`, without PostgreSQL's share. */
  serverCpu: number
  /** Microseconds of processor time of PostgreSQL for one decision. */
  databaseCpu: number
  /** Bytes of an instance in PostgreSQL, with its key and their indexes; and of write-ahead log for one decision. */
  databaseBytes: number
  logBytes: number
}

export const assumptions = {
  /** The planned busy share of a processor. Above it, waiting grows faster than load. */
  busyShare: 0.5,
  /** Decisions in the busiest second, divided by those in a mean second. */
  peakOverMean: 3,
  secondsOfMonth: 30 * 86_400,
  /** Months that instances are kept: 180 days. */
  monthsKept: 6,
  /** Copies of each database row, each on its own machine. */
  copies: 2,
  /** Virtual processors of one database machine. */
  processorsOfDatabase: 16,
  /** The minimum number of them, at any load. */
  leastOfDatabase: 4,
  /** Gigabytes on one database machine: as much as can be restored in a working day. */
  gigabytesOfDatabase: 8_000,
  /** US dollars per month for one virtual processor with 4 GB of memory. */
  dollarsOfProcessor: 36,
  /** US dollars per month for one gigabyte of network disk. */
  dollarsOfGigabyte: 0.08,
} as const

export interface ScalingPlan {
  /** Decisions in the busiest second. */
  rate: number
  store: 'embedded' | 'postgres'
  processes: number
  /** Primaries of the database; 0 without a database. */
  shards: number
  /** Gigabytes that a month adds. */
  gigabytesOfMonth: number
  /** Gigabytes of one copy when all kept months are stored. */
  gigabytesKept: number
  /** Megabytes of write-ahead log in the busiest second. */
  logPerSecond: number
  dollars: number
}

/** Plans the machines for a number of decisions in the busiest second. One process of the embedded store uses one processor; more needs PostgreSQL. */
export function planFor(rate: number, inputs: ScalingInputs): ScalingPlan {
  const { busyShare, peakOverMean, secondsOfMonth, monthsKept, copies, processorsOfDatabase, dollarsOfProcessor, dollarsOfGigabyte } =
    assumptions
  const { leastOfDatabase, gigabytesOfDatabase } = assumptions
  const processorsFor = (microseconds: number) => (rate * microseconds) / 1e6 / busyShare
  const isEmbedded = processorsFor(inputs.embeddedCpu) <= 1
  const gigabytesOfMonth = ((rate / peakOverMean) * secondsOfMonth * (isEmbedded ? inputs.embeddedBytes : inputs.databaseBytes)) / 1e9
  const gigabytesKept = gigabytesOfMonth * monthsKept
  if (isEmbedded) {
    // Two processors: one decides, the other collects garbage, compacts and runs backtests.
    const dollars = 2 * dollarsOfProcessor + gigabytesKept * dollarsOfGigabyte
    return { rate, store: 'embedded', processes: 1, shards: 0, gigabytesOfMonth, gigabytesKept, logPerSecond: 0, dollars }
  }
  // One more than needed, so that one can be restarted.
  const processes = Math.ceil(processorsFor(inputs.serverCpu)) + 1
  const busy = Math.ceil(processorsFor(inputs.databaseCpu))
  const shards = Math.max(Math.ceil(busy / processorsOfDatabase), Math.ceil(gigabytesKept / gigabytesOfDatabase))
  const processors = processes + Math.max(busy, shards * leastOfDatabase) * copies
  const dollars = processors * dollarsOfProcessor + gigabytesKept * copies * dollarsOfGigabyte
  return {
    rate,
    store: 'postgres',
    processes,
    shards,
    gigabytesOfMonth,
    gigabytesKept,
    logPerSecond: (rate * inputs.logBytes) / 1e6,
    dollars,
  }
}

/** The most decisions in a second that one process of the embedded store is planned for. */
export function embeddedLimit({ embeddedCpu }: Pick<ScalingInputs, 'embeddedCpu'>): number {
  return (assumptions.busyShare * 1e6) / embeddedCpu
}
