import { z } from 'zod'
import { operation } from '../control/operation.ts'
import type { Departure } from './departure.ts'

const tenantOrAll = z.string().nullable()
const beginInput = z.object({ to: z.string(), tenantId: tenantOrAll, schemaVersion: z.number(), keyFingerprint: z.string() })
const flushInput = z.object({ consumed: z.number().int().nonnegative() })
const holdInput = z.object({ forMs: z.number().int().positive().max(60_000), hold: z.string().nullable() })
const finishInput = z.object({ id: z.string(), hold: z.string() })
const abandonInput = z.object({ tenantId: tenantOrAll })

/** The steps of a departure, as a mover asks a running server for them. */
export function createMoveOperations(departure: Departure) {
  return {
    beginMove: operation(beginInput, departure.begin),
    flushForMove: operation(flushInput, departure.flush),
    holdWrites: operation(holdInput, departure.hold),
    releaseWrites: () => departure.release(),
    finishMove: operation(finishInput, departure.finish),
    abandonMove: operation(abandonInput, departure.abandon),
  }
}

type MoveOperations = ReturnType<typeof createMoveOperations>

/** Asks a server for one of its operations. */
export type Ask = (name: keyof MoveOperations, input: unknown) => Promise<unknown>

/** A departure in another process: the counterpart of `createMoveOperations`. */
export function createRemoteDeparture(ask: Ask): Departure {
  return {
    begin: (input) => ask('beginMove', input) as ReturnType<Departure['begin']>,
    flush: async (input) => void (await ask('flushForMove', input)),
    hold: (input) => ask('holdWrites', input) as ReturnType<Departure['hold']>,
    release: async () => void (await ask('releaseWrites', {})),
    finish: async (input) => void (await ask('finishMove', input)),
    abandon: (input) => ask('abandonMove', input) as ReturnType<Departure['abandon']>,
  }
}
