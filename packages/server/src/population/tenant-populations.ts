import {
  type AcceptedSample,
  createPopulationCounter,
  emptyPopulation,
  type PopulationCounter,
  type PopulationStatistics,
} from '@sallyport/engine'
import type { Logger } from 'pino'
import { hasTenant } from '../storage/has-tenant.ts'
import type { ChangingStore } from '../storage/store.ts'
import { findPopulation, putPopulation } from './population-row.ts'

/**
 * What is usual for everybody of each tenant, in memory.
 *
 * How old it is: what this process accepted is in it at once while little was counted, and from then on when a twentieth more has come; what other processes
 * accepted is in it after the next `save` of both (a minute each). A process that is killed loses what it counted since its last `save`. Scores are stored with
 * the decisions they were made for, so none of this changes what a decision saw.
 */
export interface TenantPopulations {
  /** Plain and immutable. Nothing is known of a tenant that was not asked for before: its statistics are then being read. */
  get(tenantId: string): PopulationStatistics
  add(tenantId: string, sample: AcceptedSample): void
  /** Adds what was counted since the last time to what is stored, and reads what others have added. */
  save(): Promise<void>
  /** Drops what is in memory of a tenant that is deleted. */
  forget(tenantId: string): void
}

interface Population {
  published: PopulationStatistics
  /** Everything: what is stored, and what is not yet. */
  all: PopulationCounter
  /** What is not stored yet. */
  unsaved: PopulationCounter
  publishAt: number
}

export interface TenantPopulationsDeps {
  store: Pick<ChangingStore, 'db' | 'transaction'>
  log: Pick<Logger, 'warn'>
  clock: () => number
}

const maxAttempts = 10

export function createTenantPopulations({ store, log, clock }: TenantPopulationsDeps): TenantPopulations {
  const known = new Map<string, Population>()

  function populationOf(tenantId: string): Population {
    let population = known.get(tenantId)
    if (population === undefined) {
      population = toPopulation(emptyPopulation)
      known.set(tenantId, population)
      read(tenantId, population).catch((err: unknown) => log.warn({ err, tenantId }, 'what is usual for everybody could not be read'))
    }
    return population
  }

  async function read(tenantId: string, population: Population): Promise<void> {
    const row = await findPopulation(store.db, tenantId)
    if (row !== undefined) rebase(population, row.statistics)
  }

  async function saveOne(tenantId: string, population: Population): Promise<void> {
    const { unsaved } = population
    if (unsaved.added === 0) return
    // New samples are counted apart meanwhile.
    population.unsaved = createPopulationCounter()
    try {
      rebase(population, await addToStored(tenantId, unsaved.statistics()))
    } catch (error) {
      unsaved.merge(population.unsaved.statistics())
      population.unsaved = unsaved
      throw error
    }
  }

  async function addToStored(tenantId: string, statistics: PopulationStatistics): Promise<PopulationStatistics> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      // A transaction for each attempt: a longer one might go on seeing old data.
      const after = await store.transaction({ tenantId }, async ({ db }) => {
        // What is counted of a tenant that was deleted meanwhile goes with it.
        if (!(await hasTenant(db, tenantId))) return statistics
        const row = await findPopulation(db, tenantId)
        const counter = createPopulationCounter(row?.statistics)
        counter.merge(statistics)
        const merged = counter.statistics()
        return (await putPopulation(db, tenantId, merged, row?.version, clock())) ? merged : undefined
      })
      if (after !== undefined) return after
    }
    throw new Error(`others wrote the statistics of tenant ${tenantId} ${maxAttempts} times in between`)
  }

  return {
    get: (tenantId) => populationOf(tenantId).published,
    add(tenantId, sample) {
      const population = populationOf(tenantId)
      population.all.add(sample)
      population.unsaved.add(sample)
      if (population.all.added >= population.publishAt) publish(population)
    },
    forget: (tenantId) => void known.delete(tenantId),
    async save() {
      const results = await Promise.allSettled([...known].map(([tenantId, population]) => saveOne(tenantId, population)))
      const failed = results.find((result) => result.status === 'rejected')
      if (failed !== undefined) throw failed.reason
    },
  }
}

function toPopulation(statistics: PopulationStatistics): Population {
  return { published: statistics, all: createPopulationCounter(statistics), unsaved: createPopulationCounter(), publishAt: 1 }
}

/** Puts what is stored underneath what is not stored yet. */
function rebase(population: Population, stored: PopulationStatistics): void {
  population.all = createPopulationCounter(stored)
  population.all.merge(population.unsaved.statistics())
  publish(population)
}

/** Copies the counts: rarely while there are many, so that it costs each decision next to nothing. */
function publish(population: Population): void {
  population.published = population.all.statistics()
  const total = Math.max(...population.published.levels.map((level) => level.total))
  population.publishAt = population.all.added + Math.max(1, Math.ceil(total / 20))
}
